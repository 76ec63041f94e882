import PCIConfig
import Testing

struct BaseAddressValueTests {
  @Test(
    arguments: [
      (0xC001, BaseAddressValue.Kind.io, 0xC000),
      (0xFFFF_FFFD, .io, 0xFFFF_FFFC),
      (0xFEBC_0000, .memory32(isPrefetchable: false), 0xFEBC_0000),
      (0xFEBC_0008, .memory32(isPrefetchable: true), 0xFEBC_0000),
      (0x000C_0002, .memoryBelow1MiB(isPrefetchable: false), 0xC_0000),
      (0xE000_0004, .memory64(isPrefetchable: false), 0x1_E000_0000),
      (0xE000_000C, .memory64(isPrefetchable: true), 0x1_E000_0000),
      (0xE000_0006, .reserved(isPrefetchable: false), 0xE000_0000),
      (0xE000_000E, .reserved(isPrefetchable: true), 0xE000_0000),
    ] as [(UInt32, BaseAddressValue.Kind, UInt64)])
  func `the low bits say what the rest means`(
    value: UInt32, kind: BaseAddressValue.Kind, address: UInt64
  ) {
    let base = BaseAddressValue(value, upper: 1, register: 0x10)
    #expect(base.kind == kind)
    #expect(base.address == address)
    #expect(!base.lacksUpperHalf)
  }

  @Test func `an expansion ROM has its address in bits 31 to 11`() {
    let rom = BaseAddressValue(expansionROM: 0xFEB8_07FF, register: 0x30)
    #expect(rom.kind == .expansionROM(isEnabled: true))
    #expect(rom.address == 0xFEB8_0000)
  }

  @Test func `a pair that begins in the last register lacks its upper half`() {
    let base = BaseAddressValue(0xE000_0004, upper: nil, register: 0x24)
    #expect(base.lacksUpperHalf)
    #expect(base.address == 0xE000_0000)
  }
}
