import Testing

@testable import HostPCI
@testable import LinuxHost

private let address: UInt32 = 0x8000_1040
private let other: UInt32 = 0x8000_F800

struct UnlockedMechanism1Tests {
  @Test func `address and data are back to back, twice, and the former address comes back`() {
    let ports = SimulatedPorts(latch: other, [address: 0x1234_5678, other: 0])
    let outcome = UnlockedMechanism1.read(address, 0xCFE, .word, ports)
    #expect(outcome == .init(value: 0x1234, latch: address, isDone: true))
    let read = ["out cf8", "in cfe", "in cf8"]
    #expect(ports.accesses == ["in cf8"] + read + read + ["out cf8"])
    #expect(ports.latch == other)
  }

  @Test(arguments: [2, 3, 5, 6])
  func `a read that another access fell into is made again`(access: Int) {
    let ports = SimulatedPorts([address: 0x1234_5678, other: 0xBAD])
    ports.interference[access] = other
    #expect(
      UnlockedMechanism1.read(address, 0xCFC, .doubleword, ports)
        == .init(value: 0x1234_5678, latch: address, isDone: true))
  }

  @Test func `a value that was read wrong, and the address put back, does not agree`() {
    let ports = SimulatedPorts([address: 0x1234_5678, other: 0xBAD])
    ports.interference = [2: other, 3: address]
    #expect(
      UnlockedMechanism1.read(address, 0xCFC, .doubleword, ports)
        == .init(value: 0x1234_5678, latch: address, isDone: true))
  }

  @Test func `a register that changes by itself is as it was last`() {
    let ports = SimulatedPorts([address: 0])
    ports.counters = [address]
    #expect(
      UnlockedMechanism1.read(address, 0xCFC, .doubleword, ports)
        == .init(
          value: UInt32(UnlockedMechanism1.attempts), latch: address, isDone: true))
  }

  @Test func `an address that is never held is no value`() {
    let ports = SimulatedPorts([address: 1, other: 2])
    for access in 0..<100 { ports.interference[access] = other }
    #expect(
      UnlockedMechanism1.read(address, 0xCFC, .doubleword, ports)
        == .init(latch: other, isDone: false))
    let outcome = UnlockedMechanism1.write(address, 0xCFC, .doubleword, 3, ports)
    #expect(outcome == .init(latch: other, isDone: false))
    #expect(ports.registers == [address: 1, other: 2])
  }

  @Test func `a write follows right on the address that was read back, once`() {
    let ports = SimulatedPorts(latch: other, [address: 0x1234_5678, other: 0])
    ports.interference[2] = other
    let outcome = UnlockedMechanism1.write(address, 0xCFD, .byte, 0xAB, ports)
    #expect(outcome == .init(latch: address, isDone: true))
    #expect(ports.registers == [address: 0x1234_AB78, other: 0])
    #expect(
      ports.accesses == [
        "in cf8", "out cf8", "in cf8", "out cf8", "in cf8", "out cfd", "in cf8", "out cf8",
      ])
    #expect(ports.latch == other)
  }

  @Test func `a write that another access fell into is told`() {
    let ports = SimulatedPorts([address: 1, other: 2])
    ports.interference[3] = other
    let outcome = UnlockedMechanism1.write(address, 0xCFC, .doubleword, 7, ports)
    #expect(outcome == .init(latch: other, isDone: true))
    #expect(ports.registers == [address: 1, other: 7])
  }

  @Test func `timed reads leave as many times, and the former address`() throws {
    let ports = SimulatedPorts(latch: other, [address: 0])
    ports.counters = [address]
    let count = SharedPage.firstTime + 5
    let start = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 4)
    defer { start.deallocate() }
    UnlockedMechanism1.time(address, count: 5, into: SharedPage.Words(start), ports)
    #expect(ports.registers == [address: 6])
    #expect(ports.latch == other)
  }
}

struct BusWalkTests {
  /// A host bridge, a multi-function device with a gap, two bridges, and one that leads back.
  @Test func `functions are found behind bridges, and no bus twice`() {
    let spaces: [UInt16: [UInt16: UInt32]] = [
      0x0000: [0x00: 0x29C0_8086],
      0x0008: [0x00: 0x0001_1B36, 0x0C: 0x0001_0000, 0x18: 0x0005_0100],
      0x0010: [0x00: 0x1000_1AF4],
      0x0011: [0x00: 0x1001_1AF4],
      0x00F8: [0x00: 0x2918_8086, 0x0C: 0x0080_0000],
      0x00FA: [0x00: 0x2922_8086, 0x0C: 0x0080_0000],
      0x0100: [0x00: 0x0002_1B36, 0x0C: 0x0001_0000, 0x18: 0x0005_0501],
      0x0108: [0x00: 0x0003_1B36, 0x0C: 0x0001_0000, 0x18: 0x0000_0001],
      0x0500: [0x00: 0x10D3_8086],
      0x0600: [0x00: 0x10D3_8086],
    ]
    let found = BusWalk.functions { function, register in
      spaces[function.routingID].map { $0[register.offset, default: 0] } ?? .max
    }
    #expect(
      found.map(\.description) == [
        "0000:00:00.0", "0000:00:01.0", "0000:00:02.0", "0000:00:1f.0", "0000:00:1f.2",
        "0000:01:00.0", "0000:01:01.0", "0000:05:00.0",
      ])
  }
}
