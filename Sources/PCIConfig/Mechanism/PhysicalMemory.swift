/// Access to physical memory, with one transaction for each access.
public protocol PhysicalMemory<Failure> {
  /// Why an access fails; `Never` where none can, as in a guest.
  associatedtype Failure: Error = Never

  /// Reads memory.
  ///
  /// - Parameters:
  ///   - address: The physical address, a multiple of the width.
  ///   - width: The width of the access.
  /// - Returns: The value, zero-extended.
  /// - Throws: `Failure`.
  func read(address: UInt64, width: AccessWidth) throws(Failure) -> UInt32

  /// Writes memory.
  ///
  /// - Parameters:
  ///   - address: The physical address, a multiple of the width.
  ///   - width: The width of the access.
  ///   - value: The value; bits beyond the width are ignored.
  /// - Throws: `Failure`.
  func write(address: UInt64, width: AccessWidth, value: UInt32) throws(Failure)

  /// Reads consecutive doublewords, each with one transaction, ascending.
  ///
  /// The default reads one doubleword after the other.
  ///
  /// - Parameters:
  ///   - address: The physical address of the first, a multiple of 4.
  ///   - count: The number of doublewords; the last must lie within 64 bits.
  /// - Returns: The values.
  /// - Throws: `Failure`.
  func doublewords(address: UInt64, count: Int) throws(Failure) -> [UInt32]
}

extension PhysicalMemory {
  /// Reads consecutive doublewords one after the other.
  public func doublewords(address: UInt64, count: Int) throws(Failure) -> [UInt32] {
    var values: [UInt32] = []
    values.reserveCapacity(count)
    for index in 0..<UInt64(count) {
      values.append(try read(address: address + index * 4, width: .doubleword))
    }
    return values
  }
}
