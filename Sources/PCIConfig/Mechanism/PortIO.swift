/// Something through which I/O ports can be accessed.
public protocol PortIO {
  /// Reads a port.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - width: The width of the access.
  /// - Returns: The value, zero-extended.
  func read(port: UInt16, width: AccessWidth) -> UInt32

  /// Writes a port.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - width: The width of the access.
  ///   - value: The value; bits beyond the width are ignored.
  func write(port: UInt16, width: AccessWidth, value: UInt32)
}

extension PortIO {
  /// Reads a register by configuration mechanism #1.
  ///
  /// The address stays in CONFIG_ADDRESS. Nothing keeps another processor from writing it between
  /// the two accesses: the caller does, where there is another.
  public func read(_ access: Mechanism1Access) -> UInt32 {
    write(port: Mechanism1Access.addressPort, width: .doubleword, value: access.address)
    return read(port: access.port, width: access.width)
  }

  /// Writes a register by configuration mechanism #1.
  ///
  /// - Parameters:
  ///   - access: The access.
  ///   - value: The value; bits beyond the width are ignored.
  public func write(_ access: Mechanism1Access, _ value: UInt32) {
    write(port: Mechanism1Access.addressPort, width: .doubleword, value: access.address)
    write(port: access.port, width: access.width, value: value)
  }
}
