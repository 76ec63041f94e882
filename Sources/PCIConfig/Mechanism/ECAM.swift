/// The Enhanced Configuration Access Mechanism through one region (PCI Express Base Specification
/// 6.0, 7.2.2).
///
/// It reaches all registers of the functions on the region's buses.
public struct ECAM<Memory: PhysicalMemory>: ConfigurationSpace {
  /// Why an access fails.
  public typealias Failure = MechanismFailure<Memory.Failure>

  /// The region.
  public let region: ECAMRegion
  /// The memory that contains the region.
  public let memory: Memory

  /// Creates the mechanism.
  ///
  /// - Parameters:
  ///   - region: The region.
  ///   - memory: The memory that contains the region.
  public init(_ region: ECAMRegion, _ memory: Memory) {
    self.region = region
    self.memory = memory
  }

  /// Reads a register of the region's segment and buses.
  public func read(_ access: ConfigurationAccess) throws(Failure) -> UInt32 {
    let address = try address(of: access)
    do throws(Memory.Failure) {
      return try memory.read(address: address, width: access.width)
    } catch {
      throw .failed(error)
    }
  }

  /// Writes a register of the region's segment and buses.
  public func write(_ access: ConfigurationAccess, _ value: UInt32) throws(Failure) {
    let address = try address(of: access)
    do throws(Memory.Failure) {
      try memory.write(address: address, width: access.width, value: value)
    } catch {
      throw .failed(error)
    }
  }

  /// Reads consecutive doublewords of a function of the region's segment and buses.
  public func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(Failure) -> [UInt32] {
    let address = try address(of: ConfigurationAccess(aligned: first, .doubleword, of: function))
    do throws(Memory.Failure) {
      return try memory.doublewords(
        address: address, count: first.doublewordCount(upTo: count, before: 0x1000))
    } catch {
      throw .failed(error)
    }
  }

  private func address(of access: ConfigurationAccess) throws(Failure) -> UInt64 {
    do throws(ReachError) {
      return try region.address(of: access)
    } catch {
      throw .unreachable(error)
    }
  }
}

extension ECAM: Sendable where Memory: Sendable {}
