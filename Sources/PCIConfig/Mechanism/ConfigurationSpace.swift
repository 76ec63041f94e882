/// A way into configuration space.
public protocol ConfigurationSpace {
  /// Reads a register.
  ///
  /// - Returns: The value, zero-extended; all ones where no function answers.
  /// - Throws: ``ReachError`` where this way does not lead to the register.
  func read(_ access: ConfigurationAccess) throws(ReachError) -> UInt32

  /// Writes a register.
  ///
  /// - Parameters:
  ///   - access: The access.
  ///   - value: The value; bits beyond the width are ignored.
  /// - Throws: ``ReachError`` where this way does not lead to the register.
  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(ReachError)
}

/// Configuration mechanism #1 (PCI Local Bus Specification 3.0, 3.2.2.3.2).
public struct Mechanism1<Ports: PortIO>: ConfigurationSpace {
  /// The ports.
  public let ports: Ports

  /// Creates the mechanism.
  public init(_ ports: Ports) { self.ports = ports }

  /// Reads a register of segment 0, below 256.
  public func read(_ access: ConfigurationAccess) throws(ReachError) -> UInt32 {
    ports.read(try Mechanism1Access(access))
  }

  /// Writes a register of segment 0, below 256.
  public func write(_ access: ConfigurationAccess, _ value: UInt32) throws(ReachError) {
    ports.write(try Mechanism1Access(access), value)
  }
}

/// The Enhanced Configuration Access Mechanism through one region (PCI Express Base Specification
/// 6.0, 7.2.2).
public struct ECAM<Memory: PhysicalMemory>: ConfigurationSpace {
  /// The region.
  public let region: ECAMRegion
  /// The memory that the region lies in.
  public let memory: Memory

  /// Creates the mechanism.
  public init(_ region: ECAMRegion, _ memory: Memory) {
    self.region = region
    self.memory = memory
  }

  /// Reads a register of the region's segment and buses.
  public func read(_ access: ConfigurationAccess) throws(ReachError) -> UInt32 {
    memory.read(address: try region.address(of: access), width: access.width)
  }

  /// Writes a register of the region's segment and buses.
  public func write(_ access: ConfigurationAccess, _ value: UInt32) throws(ReachError) {
    memory.write(address: try region.address(of: access), width: access.width, value: value)
  }
}

extension Mechanism1: Sendable where Ports: Sendable {}
extension ECAM: Sendable where Memory: Sendable {}
