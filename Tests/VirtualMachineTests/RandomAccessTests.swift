import Glibc
import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

@Suite("Random accesses", .hangLimit)
struct RandomAccessTests {
  private static let isSlow = getenv("PCICFG_SLOW") != nil

  @Test(
    "Whatever is written how and where, both mechanisms agree on every register", arguments: 1...4)
  func agreement(seed: UInt64) throws {
    let rig = try PCIRig()
    var stream = AccessStream(seed: seed)
    stream.run(Self.isSlow ? 250_000 : 25_000, on: rig)
    rig.enableWindow()
    var different: [String] = []
    let buses = rig.host.functions.keys.map { $0 >> 8 }
    for bus in Set(buses + [0, 1, 2, 3, 255]).sorted() {
      for deviceAndFunction: UInt32 in 0..<256 {
        let function = PCIRig.root | UInt32(bus) << 16 | deviceAndFunction << 8
        for register: UInt32 in stride(from: 0, to: 256, by: 4) {
          let address = rig.address(function, UInt64(register))
          if rig.read(function, register) != rig.readMemory(address) {
            different.append("\(function >> 8):\(register)")
          }
        }
      }
    }
    #expect(different == [], "seed \(seed)")
    #expect(rig.read(PCIRig.hostBridge, 0) == 0x29C0_8086)
  }

  @Test(
    "Whatever is written how and where, a guest reads the registers in the read-only window",
    .needsKVM, arguments: 1...4)
  func mirror(seed: UInt64) throws {
    let rig = try PCIRig()
    var stream = AccessStream(seed: seed)
    var reader = try WindowReader(rig.host)
    for round in 0..<(Self.isSlow ? 100 : 10) {
      for _ in 0..<20 {
        stream.run(100, on: rig)
        try reader.update()
      }
      // The stream closes the window now and then, or lays it over memory.
      if round.isMultiple(of: 2) { rig.enableWindow() }
      guard let window = rig.host.enhancedWindow, (1..<1 << 32).contains(window.base) else {
        continue
      }
      try reader.update()
      let functions = rig.host.functions.keys.sorted() + [0x01, 0x12, 0x0200, 0x3FF8]
      for function in functions where UInt64(function) << 12 < window.size {
        let address = FunctionAddress(routingID: function)
        let registers = (0..<4096).map { UInt8(rig.host.read(address, at: $0, size: 1)) }
        let saw = try reader.page(at: window.base + UInt64(function) << 12)
        #expect(saw == registers, "seed \(seed), round \(round), function \(address)")
      }
    }
  }
}
