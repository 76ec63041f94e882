import Testing

@testable import VirtualMachine

@Suite("The root port")
struct BridgeTests {
  private let rig: PCIRig

  init() throws { rig = try PCIRig() }

  @Test("Forwards nothing before it has bus numbers")
  func unnumbered() {
    #expect(rig.read(PCIRig.rootPort, 0x18) == 0)
    #expect(rig.read(PCIRig.endpoint, 0) == 0xFFFF_FFFF)
  }

  @Test("Forwards to its secondary bus, whatever its number, and to no other device of it")
  func numbered() {
    rig.numberBuses()
    #expect(rig.read(PCIRig.endpoint, 0) == 0xC0F1_1234)
    #expect(rig.read(PCIRig.endpoint | 1 << 8, 0) == 0xFFFF_FFFF)
    #expect(rig.read(PCIRig.endpoint | 1 << 11, 0) == 0xFFFF_FFFF)
    rig.write(PCIRig.rootPort, 0x18, 0x00FF_2A00)
    #expect(rig.read(PCIRig.endpoint, 0) == 0xFFFF_FFFF)
    #expect(rig.read(PCIRig.root | 0x2A << 16, 0) == 0xC0F1_1234)
    #expect(rig.read(PCIRig.root | 0x2B << 16, 0) == 0xFFFF_FFFF)
    rig.write(PCIRig.rootPort, 0x18, 0x0001_2A00)
    #expect(rig.read(PCIRig.root | 0x2A << 16, 0) == 0xFFFF_FFFF)
  }

  @Test("Its registers can be written as far as they are implemented")
  func registers() {
    for (register, answer) in [
      (0x10, 0), (0x14, 0), (0x18, 0x00FF_FFFF), (0x1C, 0x0000_F1F1), (0x20, 0xFFF0_FFF0),
      (0x24, 0xFFF1_FFF1), (0x28, 0xFFFF_FFFF), (0x2C, 0xFFFF_FFFF), (0x30, 0xFFFF_FFFF), (0x38, 0),
      (0x3C, 0x0043_01FF),
    ] as [(UInt32, UInt64)] {
      rig.write(PCIRig.rootPort, register, 0xFFFF_FFFF)
      #expect(rig.read(PCIRig.rootPort, register) == answer, "register \(register)")
    }
  }

  @Test("Forwards memory inside its window, while it and the endpoint have memory enabled")
  func memory() {
    rig.numberBuses()
    rig.write(PCIRig.endpoint, 0x10, 0xC010_0000)
    rig.write(PCIRig.endpoint, 4, 2, size: 2)
    rig.write(PCIRig.rootPort, 0x20, 0xC010_C010)
    #expect(rig.readMemory(0xC010_0000) == 0xFFFF_FFFF)
    rig.write(PCIRig.rootPort, 4, 2, size: 2)
    #expect(rig.readMemory(0xC010_0000) == 0)
    rig.writeMemory(0xC010_0010, 0x1234)
    #expect(rig.readMemory(0xC010_0010) == 0x1234)
    rig.write(PCIRig.rootPort, 0x20, 0xC020_C020)
    #expect(rig.readMemory(0xC010_0010) == 0xFFFF_FFFF)
    rig.write(PCIRig.rootPort, 0x20, 0xC000_C010)  // the limit below the base
    #expect(rig.readMemory(0xC010_0010) == 0xFFFF_FFFF)
    rig.write(PCIRig.rootPort, 0x24, 0xC011_C011)
    #expect(rig.readMemory(0xC010_0010) == 0x1234)
    rig.write(PCIRig.endpoint, 4, 0, size: 2)
    #expect(rig.readMemory(0xC010_0010) == 0xFFFF_FFFF)
  }

  @Test("Forwards 64-bit memory through its prefetchable window")
  func prefetchable() {
    rig.numberBuses()
    rig.write(PCIRig.endpoint, 0x18, 0x0000_0000)
    rig.write(PCIRig.endpoint, 0x1C, 0x0000_0004)
    rig.write(PCIRig.endpoint, 4, 2, size: 2)
    rig.write(PCIRig.rootPort, 0x24, 0x0001_0001)
    rig.write(PCIRig.rootPort, 0x28, 4)
    rig.write(PCIRig.rootPort, 0x2C, 4)
    rig.write(PCIRig.rootPort, 0x20, 0x0000_FFF0)
    rig.write(PCIRig.rootPort, 4, 2, size: 2)
    rig.writeMemory(0x4_0000_3FF8, 0x1122_3344_5566_7788, size: 8)
    #expect(rig.readMemory(0x4_0000_3FF8, size: 8) == 0x1122_3344_5566_7788)
    rig.write(PCIRig.rootPort, 0x2C, 3)
    #expect(rig.readMemory(0x4_0000_3FF8, size: 8) == .max)
  }

  @Test("Forwards ports, and only the part of a device that its window covers")
  func partialPorts() throws {
    var registers = ConfigurationRegisters.endpoint(
      .conventional, .init(vendor: 0x1234, device: 1, classCode: 0xFF0000), commandBits: 3)
    registers.set(0x04, to: 1 as UInt16)
    let device = Scratchpad(Array(repeating: 0x5A, count: 0x2000))
    let behind = PCIFunction(
      registers, baseAddresses: [.init(0x10, .ports, size: 0x2000, device: device)])
    behind.write(0x4000, at: 0x10, size: 4)
    let bridge = PCIFunction(
      .bridge(.conventional, .init(vendor: 0x1234, device: 2, classCode: 0x060400), commandBits: 3),
      secondaryBus: [0: behind])
    let rig = try PCIRig(PCIHost(functions: [8: bridge]))
    rig.write(PCIRig.rootPort, 0x1C, 0x5050, size: 2)
    #expect(rig.in(0x5000) == 0xFFFF_FFFF)
    rig.write(PCIRig.rootPort, 4, 1, size: 2)
    #expect(rig.in(0x4FFC) == 0xFFFF_FFFF)
    #expect(rig.in(0x5000) == 0x5A5A_5A5A)
    rig.out(0x5000, 0x1122_3344)
    #expect(device.read(at: 0x1000, size: 4) == 0x1122_3344)
    #expect(rig.in(0x5FFE) == 0xFFFF_5A5A)
  }
}
