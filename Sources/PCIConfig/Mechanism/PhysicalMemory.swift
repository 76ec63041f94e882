/// Something through which physical memory can be accessed, each access as one transaction.
public protocol PhysicalMemory {
  /// Reads memory.
  ///
  /// - Parameters:
  ///   - address: The physical address.
  ///   - width: The width of the access.
  /// - Returns: The value, zero-extended.
  func read(address: UInt64, width: AccessWidth) -> UInt32

  /// Writes memory.
  ///
  /// - Parameters:
  ///   - address: The physical address.
  ///   - width: The width of the access.
  ///   - value: The value; bits beyond the width are ignored.
  func write(address: UInt64, width: AccessWidth, value: UInt32)
}
