import PCIConfig
import Testing

@Suite struct Mechanism1Tests {
  @Test func `the address has the register's doubleword and the port its byte`() throws {
    let function = try FunctionAddress(bus: 0x12, device: 0x1F, function: 3)
    let forms = try [
      Mechanism1Access(ConfigurationAccess(function, 0x40, .doubleword)),
      Mechanism1Access(ConfigurationAccess(function, 0x42, .word)),
      Mechanism1Access(ConfigurationAccess(function, 0xFF, .byte)),
    ]
    #expect(forms.map(\.address) == [0x8012_FB40, 0x8012_FB40, 0x8012_FBFC])
    #expect(forms.map(\.port) == [0xCFC, 0xCFE, 0xCFF])
    #expect(forms.map(\.width) == [.doubleword, .word, .byte])
  }

  @Test func `bits 30 to 24 and 1 to 0 of the address are never set`() throws {
    for routingID in [UInt16(0), 0x00FF, 0xFFFF, 0x1234] {
      for offset in UInt16(0)..<256 {
        let access = try ConfigurationAccess(
          FunctionAddress(routingID: routingID), Register(offset), .byte)
        #expect(try Mechanism1Access(access).address & 0x7F00_0003 == 0)
      }
    }
  }

  @Test func `what mechanism 1 cannot reach is refused`() throws {
    let extended = try ConfigurationAccess(.hostBridge, 0x100, .doubleword)
    #expect(throws: ReachError.register(0x100)) { try Mechanism1Access(extended) }
    let elsewhere = try ConfigurationAccess(
      FunctionAddress(segment: 1, routingID: 0), 0, .doubleword)
    #expect(throws: ReachError.segment(1)) { try Mechanism1Access(elsewhere) }
  }

  @Test func `an access writes the address, then uses the data port`() throws {
    let ports = TracingPorts(answer: 0xC0)
    let access = try Mechanism1Access(ConfigurationAccess(.hostBridge, 0x0E, .byte))
    #expect(ports.read(access) == 0xC0)
    ports.write(access, 0x55)
    #expect(
      ports.trace == [
        .write(0xCF8, .doubleword, 0x8000_000C), .read(0xCFE, .byte),
        .write(0xCF8, .doubleword, 0x8000_000C), .write(0xCFE, .byte, 0x55),
      ])
  }
}

/// Ports that record what is done with them.
final class TracingPorts: PortIO {
  enum Operation: Equatable {
    case read(UInt16, AccessWidth)
    case write(UInt16, AccessWidth, UInt32)
  }

  let answer: UInt32
  private(set) var trace: [Operation] = []

  init(answer: UInt32) { self.answer = answer }

  func read(port: UInt16, width: AccessWidth) -> UInt32 {
    trace.append(.read(port, width))
    return answer
  }

  func write(port: UInt16, width: AccessWidth, value: UInt32) {
    trace.append(.write(port, width, value))
  }
}

@Suite struct ECAMRegionTests {
  @Test func `the base is that of bus 0 where the region starts at a later bus`() throws {
    let region = try ECAMRegion(base: 0xF000_0000, segment: 1, buses: 0x40...0x7F)
    #expect(region.addresses == 0xF400_0000...0xF7FF_FFFF)
    let function = try FunctionAddress(segment: 1, bus: 0x40, device: 31, function: 7)
    #expect(
      try region.address(of: ConfigurationAccess(function, 0xFFC, .doubleword)) == 0xF40F_FFFC)
  }

  @Test func `what the region does not decode is refused`() throws {
    let region = try ECAMRegion(base: 0xB000_0000, buses: 0...0x3F)
    let bus = try ConfigurationAccess(
      FunctionAddress(bus: 0x40, device: 0, function: 0), 0, .doubleword)
    #expect(throws: ReachError.bus(0x40, decoded: 0...0x3F)) { try region.address(of: bus) }
    let segment = try ConfigurationAccess(FunctionAddress(segment: 2, routingID: 0), 0, .byte)
    #expect(throws: ReachError.segment(2)) { try region.address(of: segment) }
  }

  @Test func `a region cannot be misaligned or leave 52-bit addresses`() throws {
    #expect(throws: ECAMRegionError.misalignedBase(0xB008_0000)) {
      try ECAMRegion(base: 0xB008_0000, buses: 0...0)
    }
    let last: UInt64 = 0xF_FFFF_F000_0000
    #expect(try ECAMRegion(base: last, buses: 0...255).addresses == last...(1 << 52 - 1))
    #expect(throws: ECAMRegionError.beyondMemory(last + 0x10_0000, 0...255)) {
      try ECAMRegion(base: last + 0x10_0000, buses: 0...255)
    }
  }
}
