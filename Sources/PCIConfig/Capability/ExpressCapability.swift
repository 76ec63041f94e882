/// The capability of a PCI Express function (PCI Express Base Specification 6.0, 7.5.3), without
/// the registers that version 2 of its layout added, ``Version2``.
public struct ExpressCapability: Hashable, Sendable {
  /// What kind of function it is (7.5.3.2).
  public enum Kind: Hashable, Sendable {
    /// An endpoint.
    case endpoint
    /// An endpoint that needs ports or locked accesses.
    case legacyEndpoint
    /// A port of the root complex.
    case rootPort
    /// A switch's port towards the root complex.
    case upstreamPort
    /// A switch's port away from the root complex.
    case downstreamPort
    /// A bridge to PCI or PCI-X.
    case bridgeToPCI
    /// A bridge from PCI or PCI-X.
    case bridgeFromPCI
    /// An endpoint within the root complex.
    case integratedEndpoint
    /// What collects the errors of integrated endpoints.
    case eventCollector
    /// A number that version 6.0 does not define.
    case undefined(UInt8)

    init(_ number: UInt8) {
      switch number {
      case 0: self = .endpoint
      case 1: self = .legacyEndpoint
      case 4: self = .rootPort
      case 5: self = .upstreamPort
      case 6: self = .downstreamPort
      case 7: self = .bridgeToPCI
      case 8: self = .bridgeFromPCI
      case 9: self = .integratedEndpoint
      case 10: self = .eventCollector
      default: self = .undefined(number)
      }
    }

    /// Whether there is no link, but the inside of the root complex.
    public var isIntegrated: Bool { self == .integratedEndpoint || self == .eventCollector }
    /// Whether it reports the errors of a hierarchy.
    public var isRoot: Bool { self == .rootPort || self == .eventCollector }
    /// Whether it is a port of the root complex or of a switch.
    public var isPort: Bool {
      self == .rootPort || self == .upstreamPort || self == .downstreamPort
    }
    /// Whether a slot can be behind it.
    public var mayHaveSlot: Bool {
      self == .rootPort || self == .downstreamPort || self == .bridgeFromPCI
    }
  }

  /// The capabilities, control and status of the function, its link, its slot or its root.
  public struct Registers: Hashable, Sendable {
    /// What it can do.
    public let capabilities: UInt32
    /// What it is told to do, 16 bits.
    public let control: UInt16
    /// How it fares, 16 bits.
    public let status: UInt16

    init(_ words: [UInt32], _ index: Int) {
      capabilities = words[index]
      control = UInt16(truncatingIfNeeded: words[index + 1])
      status = UInt16(truncatingIfNeeded: words[index + 1] >> 16)
    }
  }

  /// The registers of a root port or an event collector.
  public struct Root: Hashable, Sendable {
    /// Root capabilities, 16 bits.
    public let capabilities: UInt16
    /// Root control, 16 bits.
    public let control: UInt16
    /// Root status.
    public let status: UInt32
  }

  /// PCI Express capabilities, 16 bits.
  public let flags: UInt16
  /// The function.
  public let device: Registers
  /// Its link; `nil` within the root complex.
  public let link: Registers?
  /// Its slot; `nil` where it has none.
  public let slot: Registers?
  /// Its root registers; `nil` where it is no root.
  public let root: Root?

  /// Reads the capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register) {
    guard let first = registers.doublewords(of: register, count: 1) else { return nil }
    let flags = UInt16(truncatingIfNeeded: first[0] >> 16)
    let kind = Kind(UInt8(flags >> 4 & 15))
    let hasSlot = kind.mayHaveSlot && flags >> 8 & 1 == 1
    let count = UInt16(Self.version1ByteCount(flags: flags) / 4)
    guard let words = registers.doublewords(of: register, count: count) else { return nil }
    self.flags = flags
    device = Registers(words, 1)
    link = kind.isIntegrated ? nil : Registers(words, 3)
    slot = hasSlot ? Registers(words, 5) : nil
    root =
      kind.isRoot
      ? Root(
        capabilities: UInt16(truncatingIfNeeded: words[7] >> 16),
        control: UInt16(truncatingIfNeeded: words[7]), status: words[8]) : nil
  }

  /// The version of the layout.
  public var version: UInt8 { UInt8(flags & 15) }
  /// What kind of function it is.
  public var kind: Kind { Kind(UInt8(flags >> 4 & 15)) }
  /// The vector of interrupts from this capability.
  public var interruptMessage: UInt8 { UInt8(flags >> 9 & 31) }

  /// The length of the capability in bytes.
  public var byteCount: Int { Self.byteCount(flags: flags) }

  /// Returns the length of a capability in bytes. From version 2 on, every function has all registers.
  ///
  /// - Parameter flags: PCI Express capabilities, 16 bits.
  static func byteCount(flags: UInt16) -> Int {
    flags & 15 > 1 ? 0x3C : version1ByteCount(flags: flags)
  }

  /// Returns the length in bytes of the registers that version 1 has.
  private static func version1ByteCount(flags: UInt16) -> Int {
    let kind = Kind(UInt8(flags >> 4 & 15))
    if kind.isRoot { return 0x24 }
    if kind.mayHaveSlot && flags >> 8 & 1 == 1 { return 0x1C }
    return kind.isIntegrated ? 0x0C : 0x14
  }
}
