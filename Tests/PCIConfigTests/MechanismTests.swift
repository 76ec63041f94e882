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

@Suite struct MechanismSpaceTests {
  private struct Fault: Error, Equatable {}

  /// Ports or memory that fail at data port 0xCFE and at address 0xB000_0008.
  private struct Faulty: PortIO, PhysicalMemory {
    func read(port: UInt16, width: AccessWidth) throws(Fault) -> UInt32 {
      guard port != 0xCFE else { throw Fault() }
      return 0x1234_5678 & width.allOnes
    }

    func write(port: UInt16, width: AccessWidth, value: UInt32) throws(Fault) {
      guard port != 0xCFE else { throw Fault() }
    }

    func read(address: UInt64, width: AccessWidth) throws(Fault) -> UInt32 {
      guard address != 0xB000_0008 else { throw Fault() }
      return UInt32(address & 0xFFFF) & width.allOnes
    }

    func write(address: UInt64, width: AccessWidth, value: UInt32) throws(Fault) {
      guard address != 0xB000_0008 else { throw Fault() }
    }
  }

  private func window() throws -> ECAMRegion { try ECAMRegion(base: 0xB000_0000, buses: 0...0) }

  @Test func `a failure of the ports is the mechanism's`() throws {
    let mechanism = Mechanism1(Faulty())
    let good = try ConfigurationAccess(.hostBridge, 0x00, .word)
    let bad = try ConfigurationAccess(.hostBridge, 0x02, .word)
    let far = try ConfigurationAccess(.hostBridge, 0x100, .word)
    #expect(try mechanism.read(good) == 0x5678)
    #expect(throws: MechanismFailure<Fault>.failed(Fault())) { try mechanism.read(bad) }
    #expect(throws: MechanismFailure<Fault>.failed(Fault())) { try mechanism.write(bad, 1) }
    #expect(throws: MechanismFailure<Fault>.unreachable(.register(0x100))) {
      try mechanism.write(far, 1)
    }
  }

  @Test func `a failure of the memory is the mechanism's`() throws {
    let mechanism = ECAM(try window(), Faulty())
    let bad = try ConfigurationAccess(.hostBridge, 0x08, .doubleword)
    let far = try ConfigurationAccess(FunctionAddress(routingID: 0x0100), 0x00, .doubleword)
    #expect(throws: MechanismFailure<Fault>.failed(Fault())) { try mechanism.read(bad) }
    #expect(throws: MechanismFailure<Fault>.failed(Fault())) { try mechanism.write(bad, 1) }
    #expect(throws: MechanismFailure<Fault>.unreachable(.bus(1, decoded: 0...0))) {
      try mechanism.read(far)
    }
    #expect(throws: MechanismFailure<Fault>.failed(Fault())) {
      try mechanism.doublewords(of: .hostBridge, from: 0x04, count: 2)
    }
  }

  @Test func `mechanism 1 reads a block up to 0xfc, and none from 0x100 on`() throws {
    let ports = TracingPorts(answer: 7)
    let mechanism = Mechanism1(ports)
    #expect(try mechanism.doublewords(of: .hostBridge, from: 0xF8, count: 4) == [7, 7])
    #expect(
      ports.trace == [
        .write(0xCF8, .doubleword, 0x8000_00F8), .read(0xCFC, .doubleword),
        .write(0xCF8, .doubleword, 0x8000_00FC), .read(0xCFC, .doubleword),
      ])
    #expect(throws: MechanismFailure<Never>.unreachable(.register(0x100))) {
      try mechanism.doublewords(of: .hostBridge, from: 0x100, count: 1)
    }
  }

  @Test func `ports may read a block in one step`() throws {
    struct Batch: PortIO {
      func read(port: UInt16, width: AccessWidth) -> UInt32 { 0 }
      func write(port: UInt16, width: AccessWidth, value: UInt32) {}
      func read(_ accesses: [Mechanism1Access]) -> [UInt32] { accesses.map(\.address) }
    }
    #expect(
      try Mechanism1(Batch()).doublewords(of: .hostBridge, from: 0x40, count: 3)
        == [0x8000_0040, 0x8000_0044, 0x8000_0048])
  }

  @Test func `ECAM reads a block up to 0xffc`() throws {
    let mechanism = ECAM(try window(), Faulty())
    #expect(
      try mechanism.doublewords(of: FunctionAddress(routingID: 1), from: 0xFC, count: 2)
        == [0x10FC, 0x1100])
    #expect(
      try mechanism.doublewords(of: FunctionAddress(routingID: 1), from: 0xFF8, count: 3)
        == [0x1FF8, 0x1FFC])
  }

  @Test func `a space without block reads reads one by one, and reports what fails`() throws {
    let space = SimulatedSpace([.hostBridge: [0x10: 1, 0x14: 2, 0xFFC: 3]])
    #expect(try space.doublewords(of: .hostBridge, from: 0x10, count: 3) == [1, 2, 0])
    #expect(try space.doublewords(of: .hostBridge, from: 0xFFC, count: 2) == [3])
    #expect(
      space.trace == [
        "read 0000:00:00.0 0x10.l", "read 0000:00:00.0 0x14.l", "read 0000:00:00.0 0x18.l",
        "read 0000:00:00.0 0xffc.l",
      ])
    space.failing = [.hostBridge]
    #expect(throws: SimulatedSpace.Fault(function: .hostBridge)) {
      try space.doublewords(of: .hostBridge, from: 0, count: 1)
    }
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
