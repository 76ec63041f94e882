import Testing

@testable import VirtualMachine

@Suite("Configuration space as data")
struct ConfigurationRegistersTests {
  @Test("Guests change writable bits only; a function changes all")
  func writableBits() {
    var space = ConfigurationRegisters(.conventional)
    space.set(0x40, to: 0x1234_5678 as UInt32, writable: 0x00FF_F000)
    space.write(0xFFFF_FFFF, at: 0x40, size: 4)
    #expect(space.doubleword(0x40) == 0x12FF_F678)
    space.write(0, at: 0x42, size: 1)
    #expect(space.doubleword(0x40) == 0x1200_F678)
    space.set(0x40, to: 0 as UInt8)
    #expect(space.doubleword(0x40) == 0x1200_F600)
  }

  @Test("Ones clear the bits that are cleared so, zeros leave them")
  func clearableBits() {
    var space = ConfigurationRegisters(.conventional)
    space.set(0x06, to: 0xF910 as UInt16, clearable: 0xF900)
    space.write(0x4010, at: 0x06, size: 2)
    #expect(space.word(0x06) == 0xB910)
    space.write(0xFFFF, at: 0x06, size: 2)
    #expect(space.word(0x06) == 0x0010)
  }

  @Test("What runs beyond the end is not there")
  func end() {
    var space = ConfigurationRegisters(.conventional)
    space.set(0xFC, to: 0x1122_3344 as UInt32, writable: .max)
    #expect(space.read(at: 0xFC, size: 4) == 0x1122_3344)
    #expect(space.read(at: 0xFD, size: 4) == nil)
    #expect(space.read(at: 0x100, size: 1) == nil)
    space.write(0, at: 0xFE, size: 4)
    space.write(0, at: 0x100, size: 4)
    #expect(space.read(at: 0xFC, size: 4) == 0x1122_3344)
    #expect(ConfigurationRegisters(.extended).read(at: 0xFFC, size: 4) == 0)
  }
}
