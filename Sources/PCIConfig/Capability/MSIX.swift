/// The capability of message signalled interrupts with a table (PCI Local Bus Specification 3.0,
/// 6.8.2).
public struct MSIX: Hashable, Sendable {
  /// Where a structure of the function lies.
  public struct Location: Hashable, Sendable {
    /// The base address register, 0 to 5; 6 and 7 are reserved.
    public let bar: UInt8
    /// The offset in bytes behind its address.
    public let offset: UInt32

    init(_ value: UInt32) {
      bar = UInt8(value & 7)
      offset = value & ~7
    }
  }

  /// Message control, 16 bits.
  public let control: UInt16
  /// The table of vectors.
  public let table: Location
  /// The array of pending bits.
  public let pendingBits: Location

  /// Reads the capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register) {
    guard let words = registers.doublewords(of: register, count: 3) else { return nil }
    control = UInt16(truncatingIfNeeded: words[0] >> 16)
    table = Location(words[1])
    pendingBits = Location(words[2])
  }

  /// Whether the function sends messages instead of interrupts.
  public var isEnabled: Bool { control >> 15 == 1 }
  /// Whether all vectors are masked.
  public var isMasked: Bool { control >> 14 & 1 == 1 }
  /// How many vectors the table has.
  public var count: Int { Int(control & 0x7FF) + 1 }
}
