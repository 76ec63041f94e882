extension FunctionAddress {
  /// Reads an address as Linux and lspci write it: `[segment:]bus:device.function`, hexadecimal.
  ///
  /// - Parameter text: For example `00:1f.3` or `10000:00:1f.3`: a segment of 1 to 8 digits, a bus
  ///   and a device of 1 or 2 digits, a function of 1 digit.
  /// - Returns: `nil` where the text has another form or a number is out of range.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, let last = parts.last else { return nil }
    let slot = last.split(separator: ".", omittingEmptySubsequences: false)
    guard slot.count == 2,
      let segment = parts.count == 3 ? Self.number(parts[0], digits: 8) : 0,
      let bus = Self.number(parts[parts.count - 2], digits: 2),
      let device = Self.number(slot[0], digits: 2),
      let function = Self.number(slot[1], digits: 1)
    else { return nil }
    try? self.init(
      segment: segment, bus: UInt8(truncatingIfNeeded: bus),
      device: UInt8(truncatingIfNeeded: device), function: UInt8(truncatingIfNeeded: function))
  }

  private static func number(_ text: some StringProtocol, digits: Int) -> UInt32? {
    guard text.utf8.count <= digits else { return nil }
    return hexadecimalNumber(text.utf8).map { UInt32($0) }
  }
}
