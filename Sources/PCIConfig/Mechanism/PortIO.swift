/// Access to I/O ports.
public protocol PortIO<Failure> {
  /// Why an access fails; `Never` where none can, as in a guest.
  associatedtype Failure: Error = Never

  /// Reads a port.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - width: The width of the access.
  /// - Returns: The value, zero-extended.
  /// - Throws: `Failure`.
  func read(port: UInt16, width: AccessWidth) throws(Failure) -> UInt32

  /// Writes a port.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - width: The width of the access.
  ///   - value: The value; bits beyond the width are ignored.
  /// - Throws: `Failure`.
  func write(port: UInt16, width: AccessWidth, value: UInt32) throws(Failure)

  /// Reads a register by configuration mechanism #1.
  ///
  /// The default writes CONFIG_ADDRESS, which keeps the address, and reads CONFIG_DATA. Another
  /// processor can write CONFIG_ADDRESS in between: where there is one, the conforming type makes
  /// both accesses one operation, or the caller holds a lock.
  ///
  /// - Parameter access: The access.
  /// - Returns: The value, zero-extended.
  /// - Throws: `Failure`.
  func read(_ access: Mechanism1Access) throws(Failure) -> UInt32

  /// Writes a register by configuration mechanism #1; the default does so as it reads.
  ///
  /// - Parameters:
  ///   - access: The access.
  ///   - value: The value; bits beyond the width are ignored.
  /// - Throws: `Failure`.
  func write(_ access: Mechanism1Access, _ value: UInt32) throws(Failure)

  /// Reads several registers by configuration mechanism #1, in order.
  ///
  /// The default reads one register after the other.
  ///
  /// - Parameter accesses: The accesses.
  /// - Returns: The values, zero-extended, one for each access.
  /// - Throws: `Failure`.
  func read(_ accesses: [Mechanism1Access]) throws(Failure) -> [UInt32]
}

extension PortIO {
  /// Writes CONFIG_ADDRESS and reads CONFIG_DATA.
  public func read(_ access: Mechanism1Access) throws(Failure) -> UInt32 {
    try write(port: Mechanism1Access.addressPort, width: .doubleword, value: access.address)
    return try read(port: access.port, width: access.width)
  }

  /// Writes CONFIG_ADDRESS and CONFIG_DATA.
  public func write(_ access: Mechanism1Access, _ value: UInt32) throws(Failure) {
    try write(port: Mechanism1Access.addressPort, width: .doubleword, value: access.address)
    try write(port: access.port, width: access.width, value: value)
  }

  /// Reads one register after the other.
  public func read(_ accesses: [Mechanism1Access]) throws(Failure) -> [UInt32] {
    var values: [UInt32] = []
    values.reserveCapacity(accesses.count)
    for access in accesses { values.append(try read(access)) }
    return values
  }
}
