import ArgumentParser
import KVM

extension CoalescedZone {
  /// Reads the value of `--coalesce`.
  ///
  /// - Parameter option: `port:` or `memory:`, the first address and, behind `+`, the number of
  ///   ports or bytes: for a port 1 where it is left out. Numbers are hexadecimal behind `0x`, else
  ///   decimal.
  /// - Throws: A `ValidationError` that tells what was expected.
  init(option: String) throws {
    let parts = option.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let place = parts.count == 2 ? parts[1] : ""
    let numbers = place.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let address = numbers.first.flatMap(Self.number)
    let size = numbers.count == 2 ? Self.number(numbers[1]) : nil
    switch parts[0] {
    case "port":
      guard let address, let count = numbers.count == 1 ? 1 : size, count >= 1,
        address <= UInt16.max, count <= 0x10000 - address
      else {
        throw ValidationError("expected port:ADDRESS[+SIZE] within ports 0 to 0xffff")
      }
      self.init(.port(UInt16(address)), count: UInt32(count))
    case "memory":
      guard let address, let size, let count = UInt32(exactly: size), count >= 1,
        address <= UInt64.max - (size - 1)
      else {
        throw ValidationError("expected memory:ADDRESS+SIZE with a size of 1 to 0xffffffff")
      }
      self.init(.memory(address), count: count)
    default: throw ValidationError("expected port:ADDRESS[+SIZE] or memory:ADDRESS+SIZE")
    }
  }

  private static func number(_ text: Substring) -> UInt64? {
    guard let first = text.first, first != "+", first != "-" else { return nil }
    return text.hasPrefix("0x") ? hexadecimal(text.dropFirst(2)) : UInt64(text)
  }

  private static func hexadecimal(_ digits: Substring) -> UInt64? {
    digits.first?.isHexDigit == true ? UInt64(digits, radix: 16) : nil
  }
}
