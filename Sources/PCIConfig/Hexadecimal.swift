/// Writes a number in lower-case hexadecimal.
///
/// - Parameters:
///   - value: The number.
///   - digits: The least number of digits; zeros fill up.
public func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
