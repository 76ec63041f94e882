import PCIConfig
import Testing

@testable import VirtualMachine

@Suite("The functions of a dump")
struct DumpReplicaTests {
  private static let host = FunctionAddress.hostBridge
  private static let ones = [UInt8](repeating: 0xFF, count: 4096)

  @Test("Answer at their addresses with their registers, and nothing else does")
  func registers() throws {
    let image = (0..<256).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
    var header = image
    header[0x0E] = 0x00
    header[0x06] = 0  // no capabilities
    let dump = ConfigurationDump([
      .init(address: FunctionAddress(routingID: 0x001A), image: ConfigurationImage(header)),
      .init(address: FunctionAddress(routingID: 0x8000), image: ConfigurationImage(header)),
      .init(address: FunctionAddress(segment: 1, routingID: 0x0008), image: .init(header)),
    ])
    let rig = try DumpRig(dump)
    for bus: UInt16 in [0, 1, 0x80] {
      for deviceAndFunction in UInt16(0)..<256 {
        let address = FunctionAddress(routingID: bus << 8 | deviceAndFunction)
        let isThere = [0x001A, 0x8000].contains(address.routingID)
        #expect(rig.bytes(of: address) == (isThere ? header : Array(Self.ones.prefix(256))))
        #expect(
          rig.page(of: address) == (isThere ? header + Self.ones.prefix(4096 - 256) : Self.ones))
      }
    }
    #expect(
      dump.omissions == ["1 function left out: not in segment 0, the only one that guests reach"])
  }

  @Test(
    "What the dump has not is zero, or not there in extended space without PCI Express",
    arguments: [
      (64, false, 0xFFFF_FFFF), (256, false, 0xFFFF_FFFF), (256, true, 0), (512, false, 0),
      (512, true, 0),
    ] as [(Int, Bool, UInt32)])
  func missing(count: Int, isExpress: Bool, beyond: UInt32) throws {
    var registers: [Int: UInt32] = [0: 0x0001_1234]
    if isExpress {
      registers[0x04] = 0x0010_0000
      registers[0x34] = 0x40
      registers[0x40] = 0x0002_0010
    }
    if count > 256 { registers[0x100] = 0x0001_0003 }
    let function = try DumpRig.function("00:00.0", registers, count: count)
    let rig = try DumpRig([function])
    var expected = function.image.bytes
    expected += Array(repeating: 0, count: max(256 - count, 0))
    #expect(rig.bytes(of: Self.host) == Array(expected.prefix(256)))
    expected += Array(repeating: UInt8(beyond & 0xFF), count: 4096 - expected.count)
    #expect(rig.page(of: Self.host) == expected)
  }

  @Test("Guests write what a header of type 0 defines, and clear errors")
  func deviceWrites() throws {
    let rig = try DumpRig([
      try DumpRig.function(
        "00:00.0",
        [
          0x00: 0x0001_1234, 0x04: 0xF910_0010, 0x08: 0x0200_0001, 0x0C: 0x0080_4010,
          0x10: 0xFEB0_4000,  // 32 bits, a multiple of 16 KiB
          0x14: 0x0000_C001,  // ports, a multiple of 16 KiB
          0x18: 0xD000_000C, 0x1C: 0x0000_0001,  // 64 bits, prefetchable, a multiple of 256 MiB
          0x20: 0x0000_0000, 0x24: 0x0000_E021,  // ports, a multiple of 32
          0x2C: 0x5678_1234, 0x30: 0xFEA0_0800, 0x34: 0x0000_0040, 0x3C: 0x0000_010B,
          0x40: 0x0080_0005, 0x60: 0x1111_1111,
        ])
    ])
    let answers: [UInt32: UInt32] = [
      0x00: 0x0001_1234, 0x04: 0x0010_0557, 0x08: 0x0200_0001, 0x0C: 0x0080_40FF,
      0x10: 0xFFFF_C000, 0x14: 0xFFFF_FF01, 0x18: 0xFFF0_000C, 0x1C: 0xFFFF_FFFF,
      0x20: 0x0000_0000, 0x24: 0xFFFF_FFE1, 0x2C: 0x5678_1234, 0x30: 0xFFFF_F801,
      0x34: 0x0000_0040, 0x3C: 0x0000_01FF, 0x40: 0x0080_0005, 0x60: 0x1111_1111,
    ]
    for register in stride(from: UInt32(0), to: 256, by: 4) {
      rig.write(Self.host, register, 0xFFFF_FFFF)
      #expect(rig.read(Self.host, register) == answers[register] ?? 0, "register \(register)")
      #expect(
        rig.rig.readMemory(DumpRig.window + UInt64(register)) == answers[register] ?? 0)
    }
    rig.write(Self.host, 0x10, 0)
    #expect(rig.read(Self.host, 0x10) == 0)
  }

  @Test("Guests write what a header of type 1 defines")
  func bridgeWrites() throws {
    let address = FunctionAddress(routingID: 0x0008)
    for (ports, prefetchable, upper) in [
      (0x0000_0000, 0x0000_0000, 0), (0xF900_0101, 0x0001_0001, 0xFFFF_FFFF),
    ] as [(UInt32, UInt32, UInt32)] {
      let rig = try DumpRig([
        try DumpRig.function(
          "00:01.0",
          [
            0x00: 0x0001_1234, 0x08: 0x0604_0000, 0x0C: 0x0001_0000, 0x10: 0xFEB0_4004,
            0x18: 0x0502_0100, 0x1C: ports, 0x20: 0xFEA0_FE90, 0x24: prefetchable,
            0x38: 0xFEA0_0000, 0x3C: 0x0010_010B,
          ])
      ])
      let answers: [UInt32: UInt32] = [
        0x00: 0x0001_1234, 0x04: 0x0000_0547, 0x08: 0x0604_0000, 0x0C: 0x0001_00FF,
        0x10: 0xFFFF_C004, 0x14: 0xFFFF_FFFF, 0x18: 0x05FF_FFFF,
        0x1C: 0x0000_F0F0 | ports & 0x0F0F, 0x20: 0xFFF0_FFF0,
        0x24: 0xFFF0_FFF0 | prefetchable, 0x28: upper, 0x2C: upper, 0x30: upper,
        0x38: 0xFFF0_0001, 0x3C: 0x0053_01FF,
      ]
      for register in stride(from: UInt32(0), to: 64, by: 4) {
        rig.write(address, register, 0xFFFF_FFFF)
        #expect(rig.read(address, register) == answers[register] ?? 0, "register \(register)")
      }
    }
  }

  @Test(
    "Nothing is written to a header that no specification defines",
    arguments: [[0: 0x0001_1234, 0xC: 0x0003_0000], [0: 0xFFFF_FFFF, 0xC: 0xFFFF_FFFF]]
      as [[Int: UInt32]])
  func undefined(registers: [Int: UInt32]) throws {
    let function = try DumpRig.function("00:00.0", registers)
    let rig = try DumpRig([function])
    for register in stride(from: UInt32(0), to: 256, by: 4) {
      rig.write(Self.host, register, 0x5A5A_5A5A)
    }
    #expect(rig.bytes(of: Self.host) == function.image.bytes)
  }
}
