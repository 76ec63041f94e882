import PCIConfig
import Testing

@Suite struct ConfigurationAccessTests {
  @Test func `a register has 12 bits`() throws {
    let last: UInt16 = 4095
    #expect(try Register(last).offset == last)
    #expect(throws: AddressError.registerOutOfRange(4096)) { try Register(last + 1) }
    #expect((0xFF as Register).isExtended == false)
    #expect((0x100 as Register).isExtended)
  }

  @Test func `only aligned accesses can be formed`() throws {
    for width in AccessWidth.allCases {
      for offset in UInt16(0)..<8 {
        let register = try Register(offset)
        if Int(offset) % width.byteCount == 0 {
          #expect(try ConfigurationAccess(.hostBridge, register, width).register == register)
        } else {
          #expect(throws: AddressError.misaligned(register, width)) {
            try ConfigurationAccess(.hostBridge, register, width)
          }
        }
      }
    }
  }

  @Test func `all ones fill the width`() {
    #expect(AccessWidth.allCases.map(\.allOnes) == [0xFF, 0xFFFF, 0xFFFF_FFFF])
  }
}
