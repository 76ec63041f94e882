/// A line of a dump that names a function, whose registers may follow.
enum DumpHeading {
  /// A function's address.
  case function(FunctionAddress)
  /// A path through bridges without bus numbers.
  case path(String)
  /// An address that no function has.
  case invalidAddress(String)

  /// Reads what a line begins with and a blank ends: `##:##.#` or `####:##:##.#`, with up to 8 digits
  /// of the segment, or such an address with `/##.#` or `/##:##.#` behind it for each bridge.
  ///
  /// - Returns: `nil` for a line that begins otherwise.
  init?(_ line: ArraySlice<UInt8>) {
    var position = line.startIndex
    guard let (first, firstDigits) = line.hexadecimalDigits(at: &position),
      line.take(":", at: &position),
      let (second, secondDigits) = line.hexadecimalDigits(at: &position), secondDigits == 2
    else { return nil }
    var segment: UInt32 = 0
    var bus: UInt32? = first
    var device = second
    if line.take(":", at: &position) {
      guard firstDigits >= 4, let (third, digits) = line.hexadecimalDigits(at: &position),
        digits == 2
      else { return nil }
      (segment, bus, device) = (first, second, third)
    } else if firstDigits != 2 {
      return nil
    }
    guard var function = line.function(at: &position) else { return nil }
    while line.take("/", at: &position) {
      guard let (number, digits) = line.hexadecimalDigits(at: &position), digits == 2 else {
        return nil
      }
      (bus, device) = (nil, number)
      if line.take(":", at: &position) {
        guard let (behind, digits) = line.hexadecimalDigits(at: &position), digits == 2 else {
          return nil
        }
        (bus, device) = (number, behind)
      }
      guard let next = line.function(at: &position) else { return nil }
      function = next
    }
    let end = position
    guard line.take(" ", at: &position) else { return nil }
    let text = String(decoding: line[..<end], as: UTF8.self)
    guard let bus else {
      self = .path(text)
      return
    }
    do {
      self = .function(
        try FunctionAddress(
          segment: segment, bus: UInt8(truncatingIfNeeded: bus),
          device: UInt8(truncatingIfNeeded: device), function: UInt8(truncatingIfNeeded: function)))
    } catch {
      self = .invalidAddress(text)
    }
  }
}

extension ArraySlice<UInt8> {
  /// A dot and one digit.
  fileprivate func function(at position: inout Int) -> UInt32? {
    guard take(".", at: &position), let (value, digits) = hexadecimalDigits(at: &position),
      digits == 1
    else { return nil }
    return value
  }

  /// Up to 8 hexadecimal digits.
  func hexadecimalDigits(at position: inout Int) -> (value: UInt32, digits: Int)? {
    let start = position
    var value: UInt32 = 0
    while position < endIndex, position < start + 8, let digit = self[position].hexadecimalDigit {
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return position > start ? (value, position - start) : nil
  }

  /// Whether a character stands there, behind which the position is then.
  func take(_ character: Unicode.Scalar, at position: inout Int) -> Bool {
    guard position < endIndex, self[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}
