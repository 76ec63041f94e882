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
