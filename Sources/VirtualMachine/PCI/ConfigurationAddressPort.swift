/// CONFIG_ADDRESS of configuration mechanism #1.
///
/// Only doubleword accesses reach it; all others are ordinary I/O, which nobody claims. Bits 30:24
/// and 1:0 are read-only zeros (PCI Local Bus Specification 3.0, 3.2.2.3.2).
public final class ConfigurationAddressPort: Device {
  /// What the register holds.
  public private(set) var latch: UInt32 = 0
  private let mutation: Mutation?
  private let implementedBits: UInt32

  init(mutation: Mutation?) {
    self.mutation = mutation
    implementedBits = mutation?.configurationAddressBits ?? 0x80FF_FFFC
  }

  /// Four bytes.
  public var dataPathWidth: Int { 4 }

  /// Reads the register.
  public func read(at offset: UInt64, size: Int) -> UInt64? {
    if mutation == .conf1AddressWriteOnly { return nil }
    if mutation == .conf1AddressShowsBytes { return UInt64(latch) >> (8 * offset) }
    return size == 4 ? UInt64(latch) : nil
  }

  /// Writes the register.
  public func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    guard size == 4 else { return writeNarrow(UInt32(value), at: offset, size: size) }
    latch = UInt32(truncatingIfNeeded: value) & implementedBits
    return true
  }

  /// Nobody's, unless a mutation lets it through.
  private func writeNarrow(_ value: UInt32, at offset: UInt64, size: Int) -> Bool {
    switch (mutation, size) {
    case (.conf1AddressTakesBytes, 1):
      let lane = 8 * UInt32(offset)
      latch = (latch & ~(0xFF << lane) | value << lane) & implementedBits
    case (.conf1AddressMisplacesWords, 2):
      latch = (latch & 0xFFFF_0000 | value) & implementedBits
    default: return false
    }
    return true
  }

  /// Changes the register without the guest's doing, where a mutation asks for it.
  func mislay(_ value: UInt32) { latch = value & implementedBits }
}
