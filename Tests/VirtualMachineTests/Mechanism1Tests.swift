import Testing

@testable import VirtualMachine

@Suite("Configuration mechanism #1")
struct Mechanism1Tests {
  private let rig: PCIRig

  init() throws { rig = try PCIRig() }

  @Test("CONFIG_ADDRESS is zero after a reset and reads back what a doubleword wrote")
  func latch() {
    #expect(rig.in(0xCF8) == 0)
    rig.out(0xCF8, 0x8000_0000)
    #expect(rig.in(0xCF8) == 0x8000_0000)
  }

  @Test("Bits 30:24 and 1:0 of CONFIG_ADDRESS are read-only zeros")
  func reservedBits() {
    rig.out(0xCF8, 0xFFFF_FFFF)
    #expect(rig.in(0xCF8) == 0x80FF_FFFC)
  }

  @Test(
    "A narrower write does not reach CONFIG_ADDRESS",
    arguments: [(0xCF8, 1), (0xCF9, 1), (0xCFA, 1), (0xCFB, 1), (0xCF8, 2), (0xCFA, 2), (0xCF9, 2)])
  func narrowWrite(port: UInt64, size: Int) {
    rig.out(0xCF8, 0x8012_3454)
    rig.out(port, 0, size: size)
    rig.out(port, 0xFFFF, size: size)
    #expect(rig.in(0xCF8) == 0x8012_3454)
  }

  @Test(
    "A narrower read of CONFIG_ADDRESS is ordinary I/O, which nobody claims",
    arguments: [(0xCF8, 1), (0xCF9, 1), (0xCFA, 1), (0xCFB, 1), (0xCF8, 2), (0xCFA, 2), (0xCF9, 2)])
  func narrowRead(port: UInt64, size: Int) {
    rig.out(0xCF8, 0x8012_3454)
    #expect(rig.in(port, size: size) == (size == 1 ? 0xFF : 0xFFFF))
  }

  @Test("A doubleword across the end of CONFIG_ADDRESS does not reach it, but reaches CONFIG_DATA")
  func acrossBoth() {
    rig.out(0xCF8, UInt64(PCIRig.hostBridge))
    #expect(rig.in(0xCFA) == 0x8086_FFFF)
    rig.out(0xCF6, 0)
    #expect(rig.in(0xCF8) == UInt64(PCIRig.hostBridge))
  }

  @Test("Without the enable bit data reads all ones and writes are dropped")
  func disabled() {
    rig.write(PCIRig.conventional, 0x3C, 0x55, size: 1)
    rig.out(0xCF8, UInt64(PCIRig.conventional & ~PCIRig.root | 0x3C))
    #expect(rig.in(0xCFC) == 0xFFFF_FFFF)
    #expect(rig.in(0xCFC, size: 2) == 0xFFFF)
    #expect(rig.in(0xCFC, size: 1) == 0xFF)
    rig.out(0xCFC, 0xAA, size: 1)
    #expect(rig.read(PCIRig.conventional, 0x3C, size: 1) == 0x55)
  }

  @Test(
    "The data port chooses the bytes within the doubleword",
    arguments: [
      (0xCFC, 4, 0x29C0_8086), (0xCFC, 2, 0x8086), (0xCFE, 2, 0x29C0), (0xCFD, 2, 0xC080),
      (0xCFC, 1, 0x86), (0xCFD, 1, 0x80), (0xCFE, 1, 0xC0), (0xCFF, 1, 0x29),
    ])
  func lanes(port: UInt64, size: Int, value: UInt64) {
    rig.out(0xCF8, UInt64(PCIRig.hostBridge))
    #expect(rig.in(port, size: size) == value)
  }

  @Test(
    "An access that runs beyond CONFIG_DATA reads ones there",
    arguments: [
      (0xCFD, 4, 0xFF29_C080), (0xCFE, 4, 0xFFFF_29C0), (0xCFF, 4, 0xFFFF_FF29), (0xCFF, 2, 0xFF29),
    ])
  func crossing(port: UInt64, size: Int, value: UInt64) {
    rig.out(0xCF8, UInt64(PCIRig.hostBridge))
    #expect(rig.in(port, size: size) == value)
  }

  @Test("A write that runs beyond CONFIG_DATA changes the bytes inside and no others")
  func crossingWrite() {
    rig.out(0xCF8, UInt64(PCIRig.integrated | 0x10))
    rig.out(0xCFC, 0, size: 4)
    rig.out(0xCFE, 0x1122_3344)
    #expect(rig.in(0xCFC) == 0x3344_0000)
    rig.out(0xCF8, UInt64(PCIRig.integrated | 0x14))
    #expect(rig.in(0xCFC) == 0)
  }

  @Test("The low two bits of CONFIG_ADDRESS choose nothing")
  func lowBits() {
    rig.out(0xCF8, UInt64(PCIRig.hostBridge | 2))
    #expect(rig.in(0xCFC, size: 2) == 0x8086)
  }

  @Test("Bits 30:24 of CONFIG_ADDRESS choose nothing: registers from 256 up cannot be reached")
  func highBits() {
    rig.out(0xCF8, UInt64(PCIRig.integrated | 0x7F00_0000))
    #expect(rig.in(0xCFC) == 0xC0F4_1234)
    rig.out(0xCF8, UInt64(PCIRig.integrated | 0x0100_0000))
    #expect(rig.in(0xCFC) == 0xC0F4_1234)
  }

  @Test(
    "Absent functions, devices and buses read all ones at each width, and writes do nothing",
    arguments: [0x8000_1200, 0x8000_2000, 0x8000_F900, 0x8001_0000, 0x80FF_FF00] as [UInt32])
  func absent(function: UInt32) {
    rig.write(function, 0x3C, 0)
    #expect(rig.read(function, 0) == 0xFFFF_FFFF)
    #expect(rig.read(function, 0, size: 2) == 0xFFFF)
    #expect(rig.read(function, 0, size: 1) == 0xFF)
    #expect(rig.read(function, 0x3C) == 0xFFFF_FFFF)
  }

  @Test("Function 0 of the device with two functions says so, and others do not")
  func multiFunction() {
    #expect(rig.read(PCIRig.conventional, 0x0E, size: 1) == 0x80)
    #expect(rig.read(PCIRig.sibling, 0) == 0xC0F3_1234)
    for function: UInt32 in 2...7 {
      #expect(rig.read(PCIRig.conventional | function << 8, 0) == 0xFFFF_FFFF)
    }
    #expect(rig.read(PCIRig.hostBridge, 0x0E, size: 1) == 0x00)
    #expect(rig.read(PCIRig.rootPort, 0x0E, size: 1) == 0x01)
    #expect(rig.read(PCIRig.integrated, 0x0E, size: 1) == 0x00)
  }

  @Test(
    "Identities cannot be written",
    arguments: [
      PCIRig.hostBridge, PCIRig.rootPort, PCIRig.conventional, PCIRig.sibling, PCIRig.integrated,
      0x8000_F800,
    ])
  func identities(function: UInt32) {
    for register: UInt32 in [0x00, 0x08, 0x2C] where function != PCIRig.rootPort || register < 0x2C
    {
      let before = rig.read(function, register)
      rig.write(function, register, ~before & 0xFFFF_FFFF)
      #expect(rig.read(function, register) == before)
    }
  }

  @Test("A narrow write changes its lane only: the interrupt line, and not the pin beside it")
  func narrowLanes() {
    rig.write(PCIRig.conventional, 0x3C, 0xFFFF_FF5A)
    #expect(rig.read(PCIRig.conventional, 0x3C) == 0x0000_015A)
    rig.write(PCIRig.conventional, 0x3D, 0x77, size: 1)
    #expect(rig.read(PCIRig.conventional, 0x3C) == 0x0000_015A)
    rig.write(PCIRig.conventional, 0x3C, 0x33, size: 1)
    #expect(rig.read(PCIRig.conventional, 0x3C) == 0x0000_0133)
    rig.write(PCIRig.conventional, 0x10, 0, size: 4)
    rig.write(PCIRig.conventional, 0x12, 0xBEEF, size: 2)
    #expect(rig.read(PCIRig.conventional, 0x10) == 0xBEEF_0000)
    rig.write(PCIRig.conventional, 0x13, 0x12, size: 1)
    #expect(rig.read(PCIRig.conventional, 0x10) == 0x12EF_0000)
  }

  @Test("CONFIG_ADDRESS stays as it is when data is accessed")
  func latchStays() {
    rig.write(PCIRig.conventional, 0x3C, 0x42, size: 1)
    #expect(rig.in(0xCF8) == UInt64(PCIRig.conventional | 0x3C))
    _ = rig.in(0xCFE, size: 1)
    #expect(rig.in(0xCF8) == UInt64(PCIRig.conventional | 0x3C))
  }

  @Test(
    "Only the implemented bits of the command register can be written, and they can be restored")
  func command() {
    for (function, implemented) in [
      (PCIRig.conventional, 0x0547), (PCIRig.sibling, 0x0546), (PCIRig.rootPort, 0x0547),
      (PCIRig.integrated, 0x0546),
    ] as [(UInt32, UInt64)] {
      #expect(rig.read(function, 4, size: 2) == 0)
      rig.write(function, 4, 0xFFFF, size: 2)
      #expect(rig.read(function, 4, size: 2) == implemented)
      rig.write(function, 4, 0, size: 2)
      #expect(rig.read(function, 4, size: 2) == 0)
    }
    #expect(rig.read(PCIRig.hostBridge, 4, size: 2) == 0x0006)
    rig.write(PCIRig.hostBridge, 4, 0xFFFF, size: 2)
    #expect(rig.read(PCIRig.hostBridge, 4, size: 2) == 0x0146)
  }

  @Test("Where the mechanism is absent, its ports read all ones and writes do nothing")
  func absentMechanism() {
    let ports = Bus(.ports, decoder: PCIHost.q35())
    ports.write(0x8000_0000, at: 0xCF8, size: 4)
    #expect(ports.read(at: 0xCF8, size: 4) == 0xFFFF_FFFF)
    #expect(ports.read(at: 0xCFC, size: 4) == 0xFFFF_FFFF)
  }
}
