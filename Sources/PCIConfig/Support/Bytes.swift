extension [UInt8] {
  /// The unsigned number of `count` bytes, at most 8, at an offset; all of them must be there.
  public func littleEndian(at offset: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(self[offset + index]) }
    return value
  }

  /// The sum of bytes modulo 256, 0 for a right table of ACPI (ACPI 6.5, 5.2.6).
  func sum(_ range: Range<Int>) -> UInt8 {
    var sum: UInt8 = 0
    for index in range { sum &+= self[index] }
    return sum
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as text; bytes that are not UTF-8 are replaced.
  var text: String { String(decoding: self, as: UTF8.self) }
}
