import KVM
import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

@Suite("The window of the enhanced mechanism with the functions of a dump")
struct DumpWindowTests {
  private static func q35(_ register: UInt32) throws -> ConfigurationDump {
    ConfigurationDump([
      try DumpRig.function("00:00.0", [0: PCIEXBAR.hostBridge, 8: 0x0600_0000, 0x60: register])
    ])
  }

  private static let whole = PCIExpressWindow.atReset

  @Test("Is always there without PCIEXBAR, and never where it is not wanted")
  func fixed() throws {
    let dump = ConfigurationDump([
      try DumpRig.function("00:00.0", [0: 0x3405_8086, 8: 0x0600_0000, 0x60: 0xB000_0001])
    ])
    let host = PCIHost.replica(of: dump)
    #expect(host.enhancedWindow == Self.whole)
    #expect(host.possibleWindow == Self.whole)
    host.write(0, to: .hostBridge, at: 0x60, size: 4)
    #expect(host.enhancedWindow == Self.whole)
    #expect(host.read(.hostBridge, at: 0x60, size: 4) == 0xB000_0001)
    let without = PCIHost.replica(of: dump, hasWindow: false)
    #expect(without.enhancedWindow == nil)
    #expect(without.possibleWindow == nil)
    #expect(PCIHost.replica(of: ConfigurationDump([])).enhancedWindow == Self.whole)
  }

  @Test("Is where PCIEXBAR of the dump says, and goes where guests write it")
  func register() throws {
    let host = PCIHost.replica(of: try Self.q35(0xB000_0003))
    #expect(host.enhancedWindow == PCIExpressWindow(register: 0xB000_0003))
    host.write(0xD400_0001, to: .hostBridge, at: 0x60, size: 4)
    #expect(host.read(.hostBridge, at: 0x60, size: 4) == 0xD000_0001)
    #expect(host.enhancedWindow == PCIExpressWindow(register: 0xD000_0001))
    host.write(0xD000_0000, to: .hostBridge, at: 0x60, size: 4)
    #expect(host.enhancedWindow == nil)
    #expect(host.possibleWindow == PCIExpressWindow(register: 0xD000_0001))
    // A dump without it: its value after a reset.
    #expect(
      PCIHost.replica(of: try Self.q35(0)).read(.hostBridge, at: 0x60, size: 4) == 0xE000_0000)
    let without = PCIHost.replica(of: try Self.q35(0xB000_0001), hasWindow: false)
    without.write(.max, to: .hostBridge, at: 0x60, size: 4)
    #expect(without.read(.hostBridge, at: 0x60, size: 4) == 0)
    #expect(without.enhancedWindow == nil)
    #expect(without.possibleWindow == nil)
  }

  @Test(
    "Shows guests without an exit what mechanism #1 does, also after writes",
    .needsKVM, .hangLimit)
  func mirror() throws {
    let dump = ConfigurationDump([
      try DumpRig.function("00:00.0", [0: 0x3405_8086, 8: 0x0600_0000]),
      try DumpRig.bridge("00:01.0", 1...1),
      try DumpRig.function("01:00.0", [0: 0x0010_1234, 0x100: 0x0001_0003], count: 4096),
      try DumpRig.device("80:00.0", 0x11),
    ])
    let host = PCIHost.replica(of: dump)
    let rig = try PCIRig(host)
    var reader = try WindowReader(host)
    for numbers: UInt32 in [0x0001_0100, 0x0020_2000] {
      host.write(numbers, to: FunctionAddress(routingID: 0x0008), at: 0x18, size: 4)
      try reader.update()
      for routingID: UInt16 in [0x0000, 0x0008, 0x0100, 0x2000, 0x8000, 0xFF00] {
        let address = DumpRig.window + UInt64(routingID) << 12
        let expected = (0..<1024).flatMap {
          DumpRig.little(UInt32(rig.readMemory(address + UInt64(4 * $0))))
        }
        #expect(try reader.page(at: address) == expected)
      }
    }
    #expect(try reader.page(at: DumpRig.window + 0x2000 << 12).prefix(4) == [0x34, 0x12, 0x10, 0])
  }
}
