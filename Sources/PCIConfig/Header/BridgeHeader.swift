/// What only the header of a PCI-to-PCI bridge has
/// (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5).
public struct BridgeHeader: Hashable, Sendable {
  /// The bus that the bridge is on (3.2.5.2).
  public let primaryBus: UInt8
  /// The bus behind it (3.2.5.3).
  public let secondaryBus: UInt8
  /// The highest bus behind it (3.2.5.4).
  public let subordinateBus: UInt8
  /// The ports that are forwarded (3.2.5.6, 3.2.5.10).
  public let ports: BridgeWindow
  /// The memory that is forwarded, without prefetching (3.2.5.8).
  public let memory: BridgeWindow
  /// The memory that is forwarded and may be prefetched (3.2.5.9).
  public let prefetchable: BridgeWindow
  /// Bridge control, 16 bits (3.2.5.18).
  public let control: UInt16

  /// Reads the registers from 0x18 to 0x3F.
  ///
  /// - Throws: ``HeaderError/unreachable(_:)``.
  init(_ registers: some FunctionRegisters) throws(HeaderError) {
    let buses = try registers.required(0x18)
    primaryBus = UInt8(truncatingIfNeeded: buses)
    secondaryBus = UInt8(truncatingIfNeeded: buses >> 8)
    subordinateBus = UInt8(truncatingIfNeeded: buses >> 16)
    let io = try registers.required(0x1C) & 0xFFFF
    ports = BridgeWindow(io: io, upper: try registers.required(0x30))
    memory = BridgeWindow(memory: try registers.required(0x20))
    prefetchable = BridgeWindow(
      prefetchable: try registers.required(0x24), baseUpper: try registers.required(0x28),
      limitUpper: try registers.required(0x2C))
    control = UInt16(truncatingIfNeeded: try registers.required(0x3C) >> 16)
  }
}
