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

/// SplitMix64, so that every run takes the same inputs.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
