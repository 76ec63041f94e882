import PCIConfig

/// A range of addresses that the kernel gave a function.
package struct AssignedRange: Equatable, Sendable {
  /// The first address.
  package let start: UInt64
  /// How many there are, 0 for none.
  package let size: UInt64
  /// What the kernel says of it: its bits `IORESOURCE_…`, of which 3:0 are those of the register.
  let flags: UInt64

  /// No range.
  static let none = AssignedRange(start: 0, size: 0, flags: 0)

  /// Reads the text of a `resource` file: a line for each base address register with the first and
  /// the last address and flags.
  static func parse(_ text: String) -> [AssignedRange] {
    text.lines.prefix(7).map { line in
      let numbers = line.split(separator: " ").prefix(3).map { word in
        word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) ?? 0 : 0
      }
      guard numbers.count >= 2, numbers[0] != 0 || 1..<UInt64.max ~= numbers[1] else {
        return none
      }
      return AssignedRange(
        start: numbers[0], size: numbers[1] >= numbers[0] ? numbers[1] - numbers[0] &+ 1 : 0,
        flags: numbers.count > 2 ? numbers[2] : 0)
    }
  }

  /// The kind that the flags tell (Linux, `include/linux/ioport.h`).
  package var kind: BaseAddressValue.Kind {
    let isPrefetchable = flags >> 13 & 1 == 1
    if flags >> 8 & 1 == 1 { return .io }
    return flags >> 20 & 1 == 1
      ? .memory64(isPrefetchable: isPrefetchable) : .memory32(isPrefetchable: isPrefetchable)
  }

  /// Whether an expansion ROM answers.
  package var isEnabledROM: Bool { flags & 1 == 1 }

  /// Whether the range comes from the Enhanced Allocation capability.
  package var isEnhanced: Bool { flags >> 5 & 1 == 1 }
}
