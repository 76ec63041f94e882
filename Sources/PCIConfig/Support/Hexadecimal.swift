/// Writes a number in lower-case hexadecimal.
///
/// - Parameters:
///   - value: The number.
///   - digits: The least number of digits; zeros fill up.
public func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// Reads a hexadecimal number, in small or capital letters.
///
/// - Parameter digits: Digits of ASCII and nothing else.
/// - Returns: The number, where it has more than 64 bits the greatest one; `nil` where a byte is no
///   digit or there is none.
@inlinable
public func hexadecimalNumber(_ digits: some Sequence<UInt8>) -> UInt64? {
  var number: UInt64?
  for byte in digits {
    guard let digit = byte.hexadecimalDigit else { return nil }
    let upper = number ?? 0
    number = upper >> 60 == 0 ? upper << 4 | UInt64(digit) : .max
  }
  return number
}

extension UInt8 {
  /// The value of a hexadecimal digit of ASCII, 0 to 15; `nil` for another byte.
  @inlinable public var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
