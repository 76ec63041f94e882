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
      (0xE000_0006, .reserved, 0xE000_0000),
    ] as [(UInt32, BaseAddressValue.Kind, UInt64)])
  func `the low bits say what the rest means`(
    value: UInt32, kind: BaseAddressValue.Kind, address: UInt64
  ) {
    let base = BaseAddressValue(value, upper: 1, register: 0x10)
    #expect(base.kind == kind)
    #expect(base.address == address)
    #expect(!base.lacksUpperHalf)
  }

  @Test(
    arguments: [
      // I/O: 32 ports with all address bits, then with 16 of them.
      (0xC001, 0xFFFF_FFE1, 32), (0xC001, 0xFFE1, 32), (1, 1, nil), (1, 0xFFFF_00F1, nil),
      // Memory of 32 bits: 16 bytes, 256 MiB, 2 GiB; a gap; not implemented.
      (0, 0xFFFF_FFF0, 16), (8, 0xF000_0008, 0x1000_0000), (0, 0x8000_0000, 0x8000_0000),
      (0, 0xFFF0_FFF0, nil), (0, 0, nil), (0, 0xFFFF_FFFF_FFFF_0000, 0x1_0000),
      // Memory of 64 bits: 16 KiB, 4 GiB, 2^63; upper half fixed.
      (4, 0xFFFF_FFFF_FFFF_C004, 0x4000), (0xC, 0xFFFF_FFFF_0000_000C, 0x1_0000_0000),
      (4, 0x8000_0000_0000_0004, 0x8000_0000_0000_0000), (4, 0xFFFF_C004, nil), (4, 4, nil),
      // Below 1 MiB; reserved.
      (2, 0xF_F002, 0x1000), (2, 0xFFFF_F002, 0x1000), (6, 0xFFFF_F006, nil),
    ] as [(UInt32, UInt64, UInt64?)])
  func `the size is the weight of the lowest bit that can be written`(
    value: UInt32, mask: UInt64, size: UInt64?
  ) {
    #expect(BaseAddressValue(value, upper: 0, register: 0x10).size(mask: mask) == size)
  }

  @Test func `an expansion ROM has 2 KiB at least`() {
    let rom = BaseAddressValue(expansionROM: 0xFEB8_0001, register: 0x30)
    #expect(rom.kind == .expansionROM(isEnabled: true))
    #expect(rom.address == 0xFEB8_0000)
    #expect(rom.size(mask: 0xFFFC_0001) == 0x4_0000)
    #expect(rom.size(mask: 0xFFFF_F801) == 0x800)
    #expect(rom.size(mask: 0x0000_07FF) == nil)
  }

  @Test func `a pair that begins in the last register lacks its upper half`() {
    let base = BaseAddressValue(0xE000_0004, upper: nil, register: 0x24)
    #expect(base.lacksUpperHalf)
    #expect(base.address == 0xE000_0000)
    #expect(base.size(mask: 0xF000_0004) == 0x1000_0000)
  }
}
