import Testing

@testable import VirtualMachine

@Suite("Base address registers")
struct BaseAddressTests {
  private let rig: PCIRig

  init() throws { rig = try PCIRig() }

  @Test(
    "Answer all ones with size and kind, by doublewords and bytes, and zero where there is none",
    arguments: [
      (0x10, 0xFFFF_F000), (0x14, 0), (0x18, 0xFFFF_000C), (0x1C, 0xFFFF_FFFF), (0x20, 0xFFFF_FFE1),
      (0x24, 0), (0x30, 0xFFFF_F001),
    ] as [(UInt32, UInt64)])
  func sizing(register: UInt32, answer: UInt64) {
    let before = rig.read(PCIRig.conventional, register)
    rig.write(PCIRig.conventional, register, 0xFFFF_FFFF)
    #expect(rig.read(PCIRig.conventional, register) == answer)
    rig.write(PCIRig.conventional, register, before)
    #expect(rig.read(PCIRig.conventional, register) == before)
    for byte: UInt32 in 0..<4 { rig.write(PCIRig.conventional, register + byte, 0xFF, size: 1) }
    #expect(rig.read(PCIRig.conventional, register) == answer)
    rig.write(PCIRig.conventional, register, before)
    #expect(rig.read(PCIRig.conventional, register) == before)
  }

  @Test("32-bit memory is decoded while memory access is enabled, at once and nowhere else")
  func memory32() {
    rig.write(PCIRig.conventional, 0x10, 0xC000_0000)
    #expect(rig.readMemory(0xC000_0000) == 0xFFFF_FFFF)
    rig.write(PCIRig.conventional, 4, 2, size: 2)
    rig.writeMemory(0xC000_0FFC, 0x1122_3344)
    #expect(rig.readMemory(0xC000_0FFC) == 0x1122_3344)
    #expect(rig.readMemory(0xC000_1000) == 0xFFFF_FFFF)
    rig.write(PCIRig.conventional, 0x10, 0xD000_0000)
    #expect(rig.readMemory(0xC000_0FFC) == 0xFFFF_FFFF)
    #expect(rig.readMemory(0xD000_0FFC) == 0x1122_3344)
    rig.write(PCIRig.conventional, 4, 0, size: 2)
    #expect(rig.readMemory(0xD000_0FFC) == 0xFFFF_FFFF)
  }

  @Test("Each function has memory of its own")
  func separateMemory() {
    rig.write(PCIRig.conventional, 0x10, 0xC000_0000)
    rig.write(PCIRig.conventional, 4, 2, size: 2)
    rig.write(PCIRig.sibling, 0x10, 0xC000_1000)
    rig.write(PCIRig.sibling, 4, 2, size: 2)
    rig.writeMemory(0xC000_0FFC, 0x5566_7788_1122_3344, size: 8)
    #expect(rig.readMemory(0xC000_0FFC, size: 8) == 0x5566_7788_1122_3344)
    #expect(rig.readMemory(0xC000_0FFC) == 0x1122_3344)
    #expect(rig.readMemory(0xC000_1000) == 0x5566_7788)
  }

  @Test("64-bit memory lies where both registers say, up to the end of addresses")
  func memory64() {
    rig.write(PCIRig.conventional, 4, 2, size: 2)
    rig.write(PCIRig.conventional, 0x18, 0x1234_0000)
    rig.write(PCIRig.conventional, 0x1C, 0x0000_0008)
    rig.writeMemory(0x8_1234_FFF8, 0x1122_3344_5566_7788, size: 8)
    #expect(rig.readMemory(0x8_1234_FFF8, size: 8) == 0x1122_3344_5566_7788)
    #expect(rig.readMemory(0x1234_FFF8, size: 8) == .max)
    rig.write(PCIRig.conventional, 0x18, 0xFFFF_FFFF)
    rig.write(PCIRig.conventional, 0x1C, 0xFFFF_FFFF)
    #expect(rig.readMemory(0xFFFF_FFFF_FFFF_FFF8, size: 8) == 0x1122_3344_5566_7788)
    #expect(rig.readMemory(0xFFFF_FFFF_FFFF_FFFC, size: 8) == 0xFFFF_FFFF_1122_3344)
  }

  @Test("Where a mutation makes bits below the size writable, they do not move the memory")
  func writableKind() throws {
    let rig = try PCIRig(.q35(mutation: .barTypeWritable))
    rig.write(PCIRig.conventional, 4, 2, size: 2)
    rig.write(PCIRig.conventional, 0x18, 0xFFFF_FFFF)
    rig.write(PCIRig.conventional, 0x1C, 0xFFFF_FFFF)
    #expect(rig.read(PCIRig.conventional, 0x18) == 0xFFFF_FFFF)
    rig.writeMemory(0xFFFF_FFFF_FFFF_0000, 0x1122_3344)
    #expect(rig.readMemory(0xFFFF_FFFF_FFFF_0000) == 0x1122_3344)
    #expect(rig.readMemory(0xFFFF_FFFF_FFFE_FFFC) == 0xFFFF_FFFF)
  }

  @Test("Ports are decoded while port access is enabled, and none above 16 bits")
  func ports() {
    rig.write(PCIRig.conventional, 0x20, 0xC000)
    #expect(rig.in(0xC000) == 0xFFFF_FFFF)
    rig.write(PCIRig.conventional, 4, 1, size: 2)
    rig.out(0xC01C, 0x1122_3344)
    #expect(rig.in(0xC01C) == 0x1122_3344)
    #expect(rig.in(0xC01E) == 0xFFFF_1122)
    #expect(rig.in(0xC020) == 0xFFFF_FFFF)
    rig.write(PCIRig.conventional, 0x20, 0x1_C000)
    #expect(rig.in(0xC01C) == 0xFFFF_FFFF)
  }

  @Test("The expansion ROM needs both enable bits, starts with its signature and cannot be written")
  func expansionROM() {
    rig.write(PCIRig.conventional, 0x30, 0xC010_0001)
    #expect(rig.readMemory(0xC010_0000, size: 2) == 0xFFFF)
    rig.write(PCIRig.conventional, 4, 2, size: 2)
    #expect(rig.readMemory(0xC010_0000, size: 2) == 0xAA55)
    rig.writeMemory(0xC010_0000, 0, size: 2)
    #expect(rig.readMemory(0xC010_0000, size: 2) == 0xAA55)
    rig.write(PCIRig.conventional, 0x30, 0xC010_0000)
    #expect(rig.readMemory(0xC010_0000, size: 2) == 0xFFFF)
  }
}
