/// What only the header of a CardBus bridge has (PC Card Standard 8.0, volume 7, 4.5).
public struct CardBusHeader: Hashable, Sendable {
  /// The bus that the bridge is on.
  public let primaryBus: UInt8
  /// The CardBus bus behind it.
  public let secondaryBus: UInt8
  /// The highest bus behind it.
  public let subordinateBus: UInt8
  /// The latency timer of the bus behind it, in clocks.
  public let secondaryLatency: UInt8
  /// Secondary status, 16 bits.
  public let secondaryStatus: UInt16
  /// The two windows of memory that are forwarded; bits 8 and 9 of ``control`` tell which of them
  /// may be prefetched.
  public let memory: [BridgeWindow]
  /// The two windows of ports that are forwarded.
  public let ports: [BridgeWindow]
  /// Bridge control, 16 bits.
  public let control: UInt16

  /// Reads the registers from 0x14 to 0x3F.
  ///
  /// - Parameter registers: The function's registers; those of a header of another type are decoded
  ///   as if they were a CardBus bridge's.
  /// - Throws: ``HeaderError/unreachable(_:)``.
  public init(_ registers: some FunctionRegisters) throws(HeaderError) {
    secondaryStatus = UInt16(truncatingIfNeeded: try registers.required(0x14) >> 16)
    let buses = try registers.required(0x18)
    primaryBus = UInt8(truncatingIfNeeded: buses)
    secondaryBus = UInt8(truncatingIfNeeded: buses >> 8)
    subordinateBus = UInt8(truncatingIfNeeded: buses >> 16)
    secondaryLatency = UInt8(truncatingIfNeeded: buses >> 24)
    memory = [
      Self.memory(try registers.required(0x1C), try registers.required(0x20)),
      Self.memory(try registers.required(0x24), try registers.required(0x28)),
    ]
    ports = [
      Self.ports(try registers.required(0x2C), try registers.required(0x30)),
      Self.ports(try registers.required(0x34), try registers.required(0x38)),
    ]
    control = UInt16(truncatingIfNeeded: try registers.required(0x3C) >> 16)
  }

  private static func memory(_ base: UInt32, _ limit: UInt32) -> BridgeWindow {
    BridgeWindow(base: UInt64(base & ~0xFFF), limit: UInt64(limit | 0xFFF), addressBits: 32)
  }

  /// Bit 0 of the base tells whether the bridge decodes 32 bits.
  private static func ports(_ base: UInt32, _ limit: UInt32) -> BridgeWindow {
    let isWide = base & 1 == 1
    let mask: UInt32 = isWide ? .max : 0xFFFF
    return BridgeWindow(
      base: UInt64(base & mask & ~3), limit: UInt64(limit & mask | 3), addressBits: isWide ? 32 : 16
    )
  }
}
