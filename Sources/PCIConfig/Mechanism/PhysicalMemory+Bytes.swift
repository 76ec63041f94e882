extension PhysicalMemory<Never> {
  /// Reads bytes, as doublewords where they are aligned.
  ///
  /// - Parameters:
  ///   - address: The first address; the last must not lie beyond 64 bits.
  ///   - count: The number of bytes.
  func bytes(at address: UInt64, count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let next = address + UInt64(bytes.count)
      let isDoubleword = next % 4 == 0 && count - bytes.count >= 4
      let value = read(address: next, width: isDoubleword ? .doubleword : .byte)
      for index in 0..<(isDoubleword ? 4 : 1) {
        bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * index)))
      }
    }
    return bytes
  }
}
