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
  /// The registers where they name no type of range; `nil` where they do.
  public let undefinedTypes: UndefinedTypes?

  /// The values of base and limit registers whose low four bits, which name the type of the range,
  /// differ, or name a reserved one (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.6,
  /// 3.2.5.8 and 3.2.5.9). The addresses then mean nothing.
  public struct UndefinedTypes: Hashable, Sendable {
    /// The base register: 8 bits for ports, 16 for memory.
    public let base: UInt16
    /// The limit register, as wide.
    public let limit: UInt16

    /// Creates the pair.
    public init(base: UInt16, limit: UInt16) {
      self.base = base
      self.limit = limit
    }

    /// - Returns: `nil` where both registers name the same type, at most `greatest`.
    fileprivate init?(base: UInt32, limit: UInt32, greatest: UInt32) {
      let type = base & 0xF
      guard type != limit & 0xF || type > greatest else { return nil }
      self.init(base: UInt16(truncatingIfNeeded: base), limit: UInt16(truncatingIfNeeded: limit))
    }
  }

  /// Creates a window.
  ///
  /// - Parameters:
  ///   - base: The first address.
  ///   - limit: The last address; below `base` where the window is closed.
  ///   - addressBits: 16, 32 or 64.
  ///   - undefinedTypes: The registers where they name no type of range.
  public init(
    base: UInt64, limit: UInt64, addressBits: UInt8, undefinedTypes: UndefinedTypes? = nil
  ) {
    self.base = base
    self.limit = limit
    self.addressBits = addressBits
    self.undefinedTypes = undefinedTypes
  }

  /// The addresses; `nil` where the window is closed, its limit below its base, and where the
  /// registers name no type of range.
  public var addresses: ClosedRange<UInt64>? {
    undefinedTypes == nil && base <= limit ? base...limit : nil
  }

  /// The window of ports.
  ///
  /// - Parameters:
  ///   - io: The registers 0x1C and 0x1D in the low 16 bits.
  ///   - upper: The registers 0x30 and 0x32, bits 31:16 of base and limit.
  init(io: UInt32, upper: UInt32) {
    let undefined = UndefinedTypes(base: io & 0xFF, limit: io >> 8 & 0xFF, greatest: 1)
    let isWide = undefined == nil && io & 0xF == 1
    self.init(
      base: UInt64(io & 0xF0) << 8 | (isWide ? UInt64(upper & 0xFFFF) << 16 : 0),
      limit: UInt64(io >> 8 & 0xF0) << 8 | 0xFFF | (isWide ? UInt64(upper >> 16) << 16 : 0),
      addressBits: isWide ? 32 : 16, undefinedTypes: undefined)
  }

  /// The window of memory.
  ///
  /// - Parameter memory: The registers 0x20 and 0x22.
  init(memory: UInt32) {
    self.init(
      base: UInt64(memory & 0xFFF0) << 16, limit: UInt64(memory & 0xFFF0_0000) | 0xF_FFFF,
      addressBits: 32,
      undefinedTypes: UndefinedTypes(base: memory & 0xFFFF, limit: memory >> 16, greatest: 0))
  }

  /// The window of prefetchable memory.
  ///
  /// - Parameters:
  ///   - prefetchable: The registers 0x24 and 0x26.
  ///   - baseUpper: The register 0x28, bits 63:32 of the base.
  ///   - limitUpper: The register 0x2C, bits 63:32 of the limit.
  init(prefetchable: UInt32, baseUpper: UInt32, limitUpper: UInt32) {
    let undefined = UndefinedTypes(
      base: prefetchable & 0xFFFF, limit: prefetchable >> 16, greatest: 1)
    let isWide = undefined == nil && prefetchable & 0xF == 1
    self.init(
      base: UInt64(prefetchable & 0xFFF0) << 16 | (isWide ? UInt64(baseUpper) << 32 : 0),
      limit: UInt64(prefetchable & 0xFFF0_0000) | 0xF_FFFF
        | (isWide ? UInt64(limitUpper) << 32 : 0),
      addressBits: isWide ? 64 : 32, undefinedTypes: undefined)
  }
}
