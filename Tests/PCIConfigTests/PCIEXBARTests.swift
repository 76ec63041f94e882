import PCIConfig
import Testing

struct PCIEXBARTests {
  @Test(
    arguments: [
      (UInt64(0xB000_0001), UInt64(0xB000_0000), UInt8(255)),
      (0xE800_0003, 0xE800_0000, 127),
      (0xE400_0005, 0xE400_0000, 63),
      (0x8_E000_0001, 0x8_E000_0000, 255),
      // Bits below the length's alignment and above bit 35 are not decoded.
      (0xF0B0_B800_0001, 0xB000_0000, 255),
    ])
  func `an enabled register places the region`(
    value: UInt64, base: UInt64, lastBus: UInt8
  ) throws {
    #expect(
      PCIEXBAR(rawValue: value).region == (try ECAMRegion(base: base, buses: 0...lastBus)))
  }

  @Test(arguments: [UInt64(0), 0xB000_0000, 0xB000_0007])
  func `a disabled register or the reserved length places none`(value: UInt64) {
    #expect(PCIEXBAR(rawValue: value).region == nil)
  }
}
