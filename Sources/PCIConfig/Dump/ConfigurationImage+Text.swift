extension ConfigurationImage {
  /// The registers as a dump has them: lines of 16 bytes behind their offset
  /// (``ConfigurationDump``).
  ///
  /// - Parameter limit: The greatest number of bytes.
  public func hexDump(limit: Int = 4096) -> String {
    let digits: [UInt8] = [
      0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65,
      0x66,
    ]
    var text: [UInt8] = []
    let count = min(bytes.count, min(limit, 4096))
    text.reserveCapacity(count / 16 * 53)
    for offset in 0..<count {
      if offset % 16 == 0 {
        if offset > 0 { text.append(UInt8(ascii: "\n")) }
        if offset >= 0x100 { text.append(digits[offset >> 8]) }
        text.append(digits[offset >> 4 & 15])
        text.append(digits[offset & 15])
        text.append(UInt8(ascii: ":"))
      }
      text.append(UInt8(ascii: " "))
      text.append(digits[Int(bytes[offset] >> 4)])
      text.append(digits[Int(bytes[offset] & 15)])
    }
    if count > 0 { text.append(UInt8(ascii: "\n")) }
    return String(decoding: text, as: UTF8.self)
  }
}
