import PCIConfig

/// Where the host bridge decodes memory accesses as configuration accesses, as its register
/// PCIEXBAR says.
///
/// Intel 3 Series Express Chipset Family Datasheet (document 316966), register PCIEXBAR of device
/// 0: enable in bit 0, length in bits 2:1, base in bits 35:26, of which a length of 256 MiB leaves
/// 27 and 26 and one of 128 MiB leaves 26 to the offset: those read as zero.
public struct PCIExpressWindow: Equatable, Sendable {
  /// The first address.
  public let base: UInt64
  /// The size in bytes: 1 MiB for each bus.
  public let size: UInt64

  /// The register's offset in the host bridge; it has 64 bits.
  public static let register = 0x60
  /// The register's value after a reset: disabled.
  public static let resetValue: UInt64 = 0xE000_0000
  /// Where the window is once the register is enabled with this value.
  static let atReset = PCIExpressWindow(register: resetValue | 1)
  /// The bits that can be written.
  static let writable: UInt64 = 0xF_FC00_0007

  /// Reads the register.
  ///
  /// - Parameter value: Its 64 bits.
  /// - Returns: `nil` where the window is disabled, or its length is the reserved one.
  public init?(register value: UInt64) {
    guard value & 1 != 0, let size = Self.size(value) else { return nil }
    self.size = size
    base = value & 0xF_FC00_0000 & ~(size - 1)
  }

  /// The register's value.
  ///
  /// - Parameter registers: Those of the host bridge.
  static func value(in registers: ConfigurationRegisters) -> UInt64 {
    UInt64(registers.doubleword(register + 4)) << 32 | UInt64(registers.doubleword(register))
  }

  /// The addresses that the window decodes.
  public var addresses: ClosedRange<UInt64> { base...(base + (size - 1)) }

  /// The register's value with the bits zero that its length makes part of the offset.
  static func normalized(_ value: UInt64) -> UInt64 {
    guard let size = size(value) else { return value }
    return value & ~((size - 1) & 0xFC00_0000)
  }

  private static func size(_ value: UInt64) -> UInt64? {
    switch value >> 1 & 3 {
    case 0: 256 << 20
    case 1: 128 << 20
    case 2: 64 << 20
    default: nil
    }
  }
}
