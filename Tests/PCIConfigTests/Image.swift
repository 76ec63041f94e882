import PCIConfig
import Testing

/// An image of a function's registers, all others zero.
///
/// - Parameters:
///   - doublewords: The registers by offset.
///   - count: How many bytes there are.
func image(_ doublewords: [Int: UInt32], count: Int = 256) -> ConfigurationImage {
  var bytes = [UInt8](repeating: 0, count: count)
  for (offset, value) in doublewords {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
  return ConfigurationImage(bytes)
}

/// Keeps the output of the tests readable.
extension ConfigurationImage: CustomTestStringConvertible {
  /// The size alone.
  public var testDescription: String { "image of \(bytes.count) bytes" }
}
