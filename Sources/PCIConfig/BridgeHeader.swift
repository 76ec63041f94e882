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

  /// Whether a configuration access to a bus goes to this bridge.
  ///
  /// - Parameter bus: The bus.
  public func leads(to bus: UInt8) -> Bool { secondaryBus <= bus && bus <= subordinateBus }

  /// Reads the registers from 0x18 to 0x3F.
  ///
  /// - Throws: ``HeaderError/unreachable(_:)``.
  init(_ registers: some FunctionRegisters) throws(HeaderError) {
    let buses = try registers.required(0x18)
    primaryBus = UInt8(truncatingIfNeeded: buses)
    secondaryBus = UInt8(truncatingIfNeeded: buses >> 8)
    subordinateBus = UInt8(truncatingIfNeeded: buses >> 16)
    let io = try registers.required(0x1C) & 0xFFFF
    let ioUpper = try registers.required(0x30)
    let isIO32 = io & 0xF == 1
    ports = BridgeWindow(
      base: UInt64(io & 0xF0) << 8 | (isIO32 ? UInt64(ioUpper & 0xFFFF) << 16 : 0),
      limit: UInt64(io >> 8 & 0xF0) << 8 | 0xFFF | (isIO32 ? UInt64(ioUpper >> 16) << 16 : 0),
      addressBits: isIO32 ? 32 : 16)
    let near = try registers.required(0x20)
    memory = BridgeWindow(
      base: UInt64(near & 0xFFF0) << 16, limit: UInt64(near & 0xFFF0_0000) | 0xF_FFFF,
      addressBits: 32)
    let far = try registers.required(0x24)
    let baseUpper = try registers.required(0x28)
    let limitUpper = try registers.required(0x2C)
    let isWide = far & 0xF == 1
    prefetchable = BridgeWindow(
      base: UInt64(far & 0xFFF0) << 16 | (isWide ? UInt64(baseUpper) << 32 : 0),
      limit: UInt64(far & 0xFFF0_0000) | 0xF_FFFF | (isWide ? UInt64(limitUpper) << 32 : 0),
      addressBits: isWide ? 64 : 32)
    control = UInt16(truncatingIfNeeded: try registers.required(0x3C) >> 16)
  }
}

/// A range of addresses that a bridge forwards to the bus behind it.
///
/// The ports and the prefetchable memory may be left out by a bridge, whose registers then return
/// zero; zero is also a window of the lowest addresses, and only writing tells the two apart.
public struct BridgeWindow: Hashable, Sendable {
  /// The first address.
  public let base: UInt64
  /// The last address.
  public let limit: UInt64
  /// How many bits of address the bridge decodes: 16, 32 or 64.
  public let addressBits: UInt8

  /// Creates a window.
  ///
  /// - Parameters:
  ///   - base: The first address.
  ///   - limit: The last address; below `base` where the window is closed.
  ///   - addressBits: 16, 32 or 64.
  public init(base: UInt64, limit: UInt64, addressBits: UInt8) {
    self.base = base
    self.limit = limit
    self.addressBits = addressBits
  }

  /// The addresses; `nil` where the window is closed: its limit lies below its base.
  public var addresses: ClosedRange<UInt64>? { base <= limit ? base...limit : nil }
}
