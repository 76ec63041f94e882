/// Configuration mechanism #1 (PCI Local Bus Specification 3.0, 3.2.2.3.2).
///
/// It reaches segment 0 and registers below 0x100.
public struct Mechanism1<Ports: PortIO>: ConfigurationSpace {
  /// Why an access fails.
  public typealias Failure = MechanismFailure<Ports.Failure>

  /// The I/O ports.
  public let ports: Ports

  /// Creates the mechanism.
  ///
  /// - Parameter ports: The I/O ports, with CONFIG_ADDRESS and CONFIG_DATA among them.
  public init(_ ports: Ports) { self.ports = ports }

  /// Reads a register of segment 0, below 0x100.
  public func read(_ access: ConfigurationAccess) throws(Failure) -> UInt32 {
    let access = try form(access)
    do throws(Ports.Failure) {
      return try ports.read(access)
    } catch {
      throw .failed(error)
    }
  }

  /// Writes a register of segment 0, below 0x100.
  public func write(_ access: ConfigurationAccess, _ value: UInt32) throws(Failure) {
    let access = try form(access)
    do throws(Ports.Failure) {
      try ports.write(access, value)
    } catch {
      throw .failed(error)
    }
  }

  /// Reads consecutive doublewords of a function of segment 0, at most up to 0xFC.
  public func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(Failure) -> [UInt32] {
    var accesses = [try form(ConfigurationAccess(aligned: first, .doubleword, of: function))]
    for index in 1..<first.doublewordCount(upTo: count, before: 0x100) {
      let register = Register(integerLiteral: first.offset + UInt16(index) * 4)
      accesses.append(try form(ConfigurationAccess(aligned: register, .doubleword, of: function)))
    }
    do throws(Ports.Failure) {
      return try ports.read(accesses)
    } catch {
      throw .failed(error)
    }
  }

  private func form(_ access: ConfigurationAccess) throws(Failure) -> Mechanism1Access {
    do throws(ReachError) {
      return try Mechanism1Access(access)
    } catch {
      throw .unreachable(error)
    }
  }
}

extension Mechanism1: Sendable where Ports: Sendable {}
