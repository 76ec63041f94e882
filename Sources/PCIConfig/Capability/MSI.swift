/// The capability of message signalled interrupts (PCI Local Bus Specification 3.0, 6.8.1).
public struct MSI: Hashable, Sendable {
  /// Message control, 16 bits.
  public let control: UInt16
  /// The message's address.
  public let address: UInt64
  /// The message's data.
  public let data: UInt16
  /// The masked vectors, one bit each; `nil` where vectors cannot be masked.
  public let mask: UInt32?
  /// The pending vectors, one bit each; `nil` where vectors cannot be masked.
  public let pending: UInt32?

  /// Reads the capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register) {
    guard let first = registers.doublewords(of: register, count: 1) else { return nil }
    let control = UInt16(truncatingIfNeeded: first[0] >> 16)
    let isWide = control >> 7 & 1 == 1
    let isMaskable = control >> 8 & 1 == 1
    guard
      let words = registers.doublewords(
        of: register, at: 4, count: (isWide ? 3 : 2) + (isMaskable ? 2 : 0))
    else { return nil }
    self.control = control
    address = UInt64(words[0]) | (isWide ? UInt64(words[1]) << 32 : 0)
    data = UInt16(truncatingIfNeeded: words[isWide ? 2 : 1])
    mask = isMaskable ? words[isWide ? 3 : 2] : nil
    pending = isMaskable ? words[isWide ? 4 : 3] : nil
  }

  /// Whether the function sends messages instead of interrupts.
  public var isEnabled: Bool { control & 1 == 1 }
  /// How many vectors the function asks for: 1, 2, 4 … 128, of which 64 and 128 are reserved.
  public var capableCount: Int { 1 << Int(control >> 1 & 7) }
  /// How many vectors it has been given.
  public var enabledCount: Int { 1 << Int(control >> 4 & 7) }
  /// Whether the address has 64 bits.
  public var is64Bit: Bool { control >> 7 & 1 == 1 }

  /// The length of the capability in bytes.
  public var byteCount: Int { Self.byteCount(control: control) }

  /// Returns the length of a capability in bytes.
  ///
  /// - Parameter control: Message control, 16 bits.
  static func byteCount(control: UInt16) -> Int {
    let isMaskable = control >> 8 & 1 == 1
    return (isMaskable ? 20 : 10) + (control >> 7 & 1 == 1 ? 4 : 0)
  }
}
