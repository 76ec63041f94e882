/// The register of Intel's Q35 host bridge that places its ECAM region.
///
/// Intel 3 Series Express Chipset Family datasheet (316966), PCIEXBAR: offset 0x60 of the host bridge
/// 8086:29C0, 64 bits. Enable in bit 0, length in bits 2:1, base from bit 26, 27 or 28 to bit 35.
public struct PCIEXBAR: Hashable, Sendable {
  /// The identification register of the host bridge that has it: device 0x29C0, vendor 0x8086.
  public static let hostBridge: UInt32 = 0x29C0_8086
  /// Where the register is.
  public static let register: Register = 0x60

  /// The register's 64 bits.
  public let rawValue: UInt64

  /// Creates the register from its value.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The region that is decoded, in segment 0 from bus 0 on; `nil` where decoding is disabled or
  /// the length is the reserved one.
  public var region: ECAMRegion? {
    guard rawValue & 1 == 1 else { return nil }
    let lastBus: UInt8
    switch rawValue >> 1 & 3 {
    case 0: lastBus = 255
    case 1: lastBus = 127
    case 2: lastBus = 63
    default: return nil
    }
    let size = (UInt64(lastBus) + 1) * ECAMRegion.bytesPerBus
    return try? ECAMRegion(base: rawValue & 0xF_FFFF_FFFF & ~(size - 1), buses: 0...lastBus)
  }
}
