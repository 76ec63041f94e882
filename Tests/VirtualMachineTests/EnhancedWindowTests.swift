import Testing

@testable import VirtualMachine

@Suite("The enhanced configuration access mechanism")
struct EnhancedWindowTests {
  private let rig: PCIRig

  init() throws { rig = try PCIRig() }

  @Test("Is disabled after a reset: nobody claims the window's addresses")
  func reset() {
    #expect(rig.read(PCIRig.hostBridge, 0x60) == 0xE000_0000)
    #expect(rig.read(PCIRig.hostBridge, 0x64) == 0)
    #expect(rig.readMemory(0xE000_0000) == 0xFFFF_FFFF)
    #expect(rig.readMemory(0xB000_0000) == 0xFFFF_FFFF)
  }

  @Test("Once enabled, answers as mechanism #1 does at each width")
  func widths() {
    rig.enableWindow()
    #expect(rig.readMemory(PCIRig.window, size: 4) == 0x29C0_8086)
    #expect(rig.readMemory(PCIRig.window, size: 2) == 0x8086)
    #expect(rig.readMemory(PCIRig.window + 2, size: 2) == 0x29C0)
    #expect(rig.readMemory(PCIRig.window + 3, size: 1) == 0x29)
  }

  @Test("Both mechanisms show the same first 256 bytes of all functions")
  func agreement() {
    rig.numberBuses()
    rig.enableWindow()
    for bus: UInt32 in [0, 1] {
      for deviceAndFunction: UInt32 in 0..<256 {
        let function = PCIRig.root | bus << 16 | deviceAndFunction << 8
        for register: UInt32 in stride(from: 0, to: 256, by: 4) {
          let both = (
            rig.read(function, register), rig.readMemory(rig.address(function, UInt64(register)))
          )
          #expect(both.0 == both.1)
        }
      }
    }
  }

  @Test("What one mechanism writes the other reads")
  func alternation() {
    rig.enableWindow()
    for value: UInt64 in 0..<200 {
      if value.isMultiple(of: 2) {
        rig.write(PCIRig.conventional, 0x3C, value, size: 1)
        #expect(rig.readMemory(rig.address(PCIRig.conventional, 0x3C), size: 1) == value)
      } else {
        rig.writeMemory(rig.address(PCIRig.conventional, 0x3C), value, size: 1)
        #expect(rig.read(PCIRig.conventional, 0x3C, size: 1) == value)
      }
    }
  }

  @Test("Cuts unaligned and wide accesses by doublewords")
  func unaligned() {
    rig.enableWindow()
    let base = PCIRig.window
    #expect(rig.readMemory(base + 1, size: 2) == 0xC080)
    #expect(rig.readMemory(base + 1, size: 4) == 0x0629_C080)
    #expect(rig.readMemory(base + 3, size: 2) == 0x0629)
    #expect(rig.readMemory(base, size: 8) == 0x0000_0006_29C0_8086)
    // Where a function ends: nothing from 256 up here, then the next function.
    #expect(rig.readMemory(base + 0xFE, size: 4) == 0xFFFF_0000)
    #expect(rig.readMemory(rig.address(PCIRig.conventional, 0xFFE), size: 4) == 0x1234_FFFF)
    // The register after interrupt line and pin stays as it is.
    rig.writeMemory(rig.address(PCIRig.conventional, 0x3A), 0x77AA_BBBB, size: 4)
    #expect(rig.read(PCIRig.conventional, 0x38) == 0)
    #expect(rig.read(PCIRig.conventional, 0x3C) == 0x01AA)
    rig.writeMemory(rig.address(PCIRig.conventional, 0x18), 0x0000_0001_2345_0000, size: 8)
    #expect(rig.read(PCIRig.conventional, 0x18) == 0x2345_000C)
    #expect(rig.read(PCIRig.conventional, 0x1C) == 1)
  }

  @Test("A function without extended space reads all ones there, and takes no writes")
  func conventionalExtendedSpace() {
    rig.enableWindow()
    for register: UInt64 in [0x100, 0x7FC, 0xFFC] {
      rig.writeMemory(rig.address(PCIRig.conventional, register), 0)
      #expect(rig.readMemory(rig.address(PCIRig.conventional, register)) == 0xFFFF_FFFF)
      #expect(rig.readMemory(rig.address(PCIRig.conventional, register), size: 1) == 0xFF)
    }
  }

  @Test("Extended capabilities are lists that start at 100h")
  func extendedCapabilities() {
    rig.numberBuses()
    rig.enableWindow()
    #expect(rig.readMemory(rig.address(PCIRig.rootPort, 0x100)) == 0x0002_0001)
    #expect(rig.readMemory(rig.address(PCIRig.endpoint, 0x100)) == 0x1502_0001)
    #expect(rig.readMemory(rig.address(PCIRig.endpoint, 0x150)) == 0x0001_0003)
    #expect(
      rig.readMemory(rig.address(PCIRig.endpoint, 0x154), size: 8) == 0x1234_00FF_FE00_C0F1)
    #expect(rig.readMemory(rig.address(PCIRig.integrated, 0x100)) == 0x1101_0003)
    #expect(rig.readMemory(rig.address(PCIRig.integrated, 0x110)) == 0x0001_000B)
    rig.writeMemory(rig.address(PCIRig.integrated, 0x118), 0xDEAD_BEEF)
    #expect(rig.readMemory(rig.address(PCIRig.integrated, 0x118)) == 0xDEAD_BEEF)
    #expect(rig.readMemory(rig.address(PCIRig.integrated, 0xFFC)) == 0)
  }

  @Test("Capability lists say what each function is")
  func capabilities() {
    rig.numberBuses()
    for (function, type) in [
      (PCIRig.rootPort, 4), (PCIRig.endpoint, 0), (PCIRig.integrated, 9),
    ] as [(UInt32, UInt64)] {
      #expect(rig.read(function, 6, size: 2) & 0x10 == 0x10)
      #expect(rig.read(function, 0x34, size: 1) == 0x40)
      #expect(rig.read(function, 0x40, size: 2) == 0x5001)
      #expect(rig.read(function, 0x50, size: 2) == 0x0010)
      #expect(rig.read(function, 0x52, size: 2) == 2 | type << 4)
    }
    #expect(rig.read(PCIRig.conventional, 6, size: 2) & 0x10 == 0)
  }

  @Test("Absent functions, devices and buses inside the window read all ones at each width")
  func absent() {
    rig.enableWindow()
    for address in [
      rig.address(0x8000_1200), rig.address(0x8000_2000), rig.address(0x80FF_FF00, 0xFFC),
    ] {
      rig.writeMemory(address, 0)
      #expect(rig.readMemory(address, size: 1) == 0xFF)
      #expect(rig.readMemory(address, size: 2) == 0xFFFF)
      #expect(rig.readMemory(address, size: 4) == 0xFFFF_FFFF)
      #expect(rig.readMemory(address, size: 8) == .max)
    }
  }

  @Test(
    "Decodes as many buses as its length says; the rest belongs to others",
    arguments: [(0b00, 256), (0b01, 128), (0b10, 64)] as [(UInt64, UInt64)])
  func lengths(code: UInt64, buses: UInt64) throws {
    rig.write(PCIRig.hostBridge, 0x60, PCIRig.window | code << 1 | 1)
    let window = try #require(rig.host.enhancedWindow)
    #expect(window.base == PCIRig.window && window.size == buses << 20)
    // What begins right behind the window answers.
    let behind = PCIRig.window + buses << 20
    rig.write(PCIRig.sibling, 0x10, behind)
    rig.write(PCIRig.sibling, 4, 2, size: 2)
    #expect(rig.readMemory(behind) == 0)
    #expect(rig.readMemory(behind - 4) == 0xFFFF_FFFF)
    #expect(rig.readMemory(behind - 4, size: 8) == 0x0000_0000_FFFF_FFFF)
  }

  @Test("The reserved length decodes nothing")
  func reservedLength() {
    rig.write(PCIRig.hostBridge, 0x60, PCIRig.window | 0b111)
    #expect(rig.host.enhancedWindow == nil)
    #expect(rig.readMemory(PCIRig.window) == 0xFFFF_FFFF)
  }

  @Test("Base bits that the length makes part of the offset read as zero, reserved ones always")
  func baseBits() {
    rig.write(PCIRig.hostBridge, 0x64, 0xFFFF_FFFF)
    #expect(rig.read(PCIRig.hostBridge, 0x64) == 0x0000_000F)
    for (written, read) in [
      (0xFFFF_FFF8, 0xF000_0000), (0xFFFF_FFFA, 0xF800_0002), (0xFFFF_FFFC, 0xFC00_0004),
    ] as [(UInt64, UInt64)] {
      rig.write(PCIRig.hostBridge, 0x60, written)
      #expect(rig.read(PCIRig.hostBridge, 0x60) == read)
    }
  }

  @Test("The window moves at once, also by a write through itself, and above 4 GiB")
  func moving() {
    rig.enableWindow()
    rig.writeMemory(PCIRig.window + 0x60, 0xC000_0001)
    #expect(rig.readMemory(PCIRig.window) == 0xFFFF_FFFF)
    #expect(rig.readMemory(0xC000_0000) == 0x29C0_8086)
    // Eight bytes are two doublewords of the same function, wherever the first puts the window.
    rig.writeMemory(0xC000_0060, 0x0000_0008_D000_0001, size: 8)
    #expect(rig.readMemory(0xC000_0000) == 0xFFFF_FFFF)
    #expect(rig.readMemory(0xD000_0000) == 0xFFFF_FFFF)
    #expect(rig.readMemory(0x8_D000_0000) == 0x29C0_8086)
    #expect(rig.read(PCIRig.hostBridge, 0x64) == 8)
  }

  @Test("The window is disabled at once, also by a write through itself")
  func disabling() {
    rig.enableWindow()
    rig.writeMemory(PCIRig.window + 0x60, 0, size: 1)
    #expect(rig.readMemory(PCIRig.window) == 0xFFFF_FFFF)
    #expect(rig.read(PCIRig.hostBridge, 0x60) == PCIRig.window)
  }

  @Test("Base address registers answer sizing as by mechanism #1")
  func sizing() {
    rig.enableWindow()
    for register: UInt32 in stride(from: 0x10, through: 0x30, by: 4) {
      let address = rig.address(PCIRig.conventional, UInt64(register))
      rig.write(PCIRig.conventional, register, 0xFFFF_FFFF)
      let expected = rig.read(PCIRig.conventional, register)
      rig.write(PCIRig.conventional, register, 0)
      rig.writeMemory(address, 0xFFFF_FFFF)
      #expect(rig.readMemory(address) == expected)
    }
  }

  @Test("The window wins over a base address register at the same addresses")
  func priority() {
    rig.write(PCIRig.conventional, 0x10, PCIRig.window)
    rig.write(PCIRig.conventional, 4, 2, size: 2)
    #expect(rig.readMemory(PCIRig.window) == 0)
    rig.enableWindow()
    #expect(rig.readMemory(PCIRig.window) == 0x29C0_8086)
  }
}
