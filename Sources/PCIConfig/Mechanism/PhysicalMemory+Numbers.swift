extension PhysicalMemory<Never> {
  /// The big-endian doubleword at an address, a multiple of 4.
  func bigEndian(at address: UInt64) -> UInt32 {
    read(address: address, width: .doubleword).byteSwapped
  }

  /// The big-endian number of 1 or 2 doublewords at an address, a multiple of 4.
  func bigEndian(at address: UInt64, cells: UInt32) -> UInt64 {
    let first = UInt64(bigEndian(at: address))
    return cells == 1 ? first : first << 32 | UInt64(bigEndian(at: address + 4))
  }

  /// The little-endian number of 1 to 8 bytes at any address; the last must lie within 64 bits.
  func littleEndian(at address: UInt64, count: UInt64) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count {
      value |= UInt64(read(address: address + index, width: .byte)) << (8 * index)
    }
    return value
  }

  /// Writes a number as 1 to 8 little-endian bytes to any address.
  func writeLittleEndian(_ value: UInt64, at address: UInt64, count: UInt64) {
    for index in 0..<count {
      write(
        address: address + index, width: .byte,
        value: UInt32(truncatingIfNeeded: value >> (8 * index)) & 0xFF)
    }
  }

  /// Whether a text, ended by a zero byte, begins at an address and ends before another one.
  @inline(never)
  func holds(_ text: StaticString, at address: UInt64, before end: UInt64) -> Bool {
    let count = UInt64(text.utf8CodeUnitCount)
    guard address <= end, count < end - address else { return false }
    var next = address
    return text.withUTF8Buffer { characters in
      for character in characters {
        guard read(address: next, width: .byte) == UInt32(character) else { return false }
        next += 1
      }
      return read(address: next, width: .byte) == 0
    }
  }

  /// Writes a text and a zero byte behind it.
  func write(_ text: StaticString, at address: UInt64) {
    var next = address
    text.withUTF8Buffer { characters in
      for character in characters {
        write(address: next, width: .byte, value: UInt32(character))
        next += 1
      }
    }
    write(address: next, width: .byte, value: 0)
  }

  /// Whether the same text lies at two addresses, ended by a zero byte.
  ///
  /// - Parameter limit: The number of bytes, with the zero byte, that a text has at most.
  func isSameText(_ one: UInt64, _ other: UInt64, limit: UInt64) -> Bool {
    for index in 0..<limit {
      let character = read(address: one + index, width: .byte)
      guard character == read(address: other + index, width: .byte) else { return false }
      if character == 0 { return true }
    }
    return false
  }
}
