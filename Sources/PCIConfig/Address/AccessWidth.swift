/// How many bytes of configuration space an access moves.
///
/// PCI calls them BYTE, WORD and DWORD (PCI Local Bus Specification 3.0, 3.2.2.3).
public enum AccessWidth: UInt8, CaseIterable, Sendable {
  /// 8 bits.
  case byte = 1
  /// 16 bits.
  case word = 2
  /// 32 bits.
  case doubleword = 4

  /// The number of bytes: 1, 2 or 4.
  public var byteCount: Int { Int(rawValue) }

  /// The number of bits: 8, 16 or 32.
  public var bitCount: Int { Int(rawValue) * 8 }

  /// setpci's letter for it: `b`, `w` or `l`.
  public var letter: String {
    switch self {
    case .byte: "b"
    case .word: "w"
    case .doubleword: "l"
    }
  }

  /// The value of this width with every bit set, which a read returns where nothing answers.
  public var allOnes: UInt32 { .max >> UInt32(32 - bitCount) }

  /// A value of this width as `0x` and all its hexadecimal digits.
  ///
  /// - Parameter value: The value; bits beyond the width must be zero.
  public func text(_ value: UInt32) -> String { "0x" + hexadecimal(value, digits: byteCount * 2) }
}
