/// What a bridge forwards to its secondary bus, as its registers say (PCI-to-PCI Bridge
/// Architecture Specification 1.2, 3.2.5).
struct PCIBridgeWindows: Equatable {
  let ports: ClosedRange<UInt64>?
  let memory: ClosedRange<UInt64>?
  let prefetchable: ClosedRange<UInt64>?

  init(_ configuration: ConfigurationRegisters) {
    let command = configuration.word(0x04)
    ports =
      command & 1 == 0
      ? nil
      : Self.range(
        base: UInt64(configuration.byte(0x1C) & 0xF0) << 8
          | UInt64(configuration.word(0x30)) << 16,
        limit: UInt64(configuration.byte(0x1D) & 0xF0) << 8
          | UInt64(configuration.word(0x32)) << 16,
        granule: 1 << 12)
    guard command & 2 != 0 else {
      memory = nil
      prefetchable = nil
      return
    }
    memory = Self.range(
      base: UInt64(configuration.word(0x20) & 0xFFF0) << 16,
      limit: UInt64(configuration.word(0x22) & 0xFFF0) << 16, granule: 1 << 20)
    prefetchable = Self.range(
      base: UInt64(configuration.word(0x24) & 0xFFF0) << 16
        | UInt64(configuration.doubleword(0x28)) << 32,
      limit: UInt64(configuration.word(0x26) & 0xFFF0) << 16
        | UInt64(configuration.doubleword(0x2C)) << 32,
      granule: 1 << 20)
  }

  /// The buses to which configuration requests are forwarded, from the secondary bus on; `nil` for
  /// none.
  static func buses(_ configuration: ConfigurationRegisters) -> ClosedRange<UInt8>? {
    let secondary = configuration.byte(0x19)
    let subordinate = configuration.byte(0x1A)
    // Bus 0 is the host's own: a bridge after a reset forwards no configuration requests.
    return secondary > 0 && secondary <= subordinate ? secondary...subordinate : nil
  }

  func ranges(in space: AddressSpace) -> [ClosedRange<UInt64>] {
    switch space {
    case .ports: [ports].compactMap(\.self)
    case .memory: [memory, prefetchable].compactMap(\.self)
    }
  }

  /// A base above its limit closes the window.
  private static func range(
    base: UInt64, limit: UInt64, granule: UInt64
  ) -> ClosedRange<UInt64>? {
    base <= limit ? base...(limit | (granule - 1)) : nil
  }
}
