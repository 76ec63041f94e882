import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The test device's doorbells",
  .needsKVM, .hangLimit)
struct DoorbellTests {
  private static let memory: UInt32 = 0xD000_0000
  private static let ports: UInt16 = 0xC000
  /// Where tests write: the second half of the range, and a place for each.
  private static func place(_ test: UInt8) -> UInt32 { memory + 2048 + UInt32(test) }
  private static func port(_ test: UInt8) -> UInt16 { ports + 128 + 3 + UInt16(test) }

  /// Places and enables what is behind 00:04.0: six exits, after the two to begin.
  private static let place =
    ProtectedCode.configure(4, 0x10, memory) + ProtectedCode.configure(4, 0x14, UInt32(ports))
    + ProtectedCode.configure(4, 0x04, 3)
  private static let begin: UInt64 = 2 + 6

  private func run(
    _ mode: BoardConfiguration.Doorbells, _ body: [UInt8]
  ) throws -> GuestRun {
    try GuestRun.protected(Self.place + body) { $0.doorbells = mode }
  }

  /// Starts a test in memory, writes 200 times, and ends with the count: three exits besides.
  private func memory(_ test: UInt8, _ write: [UInt8]) -> [UInt8] {
    ProtectedCode.storeByte(Self.memory, test) + ProtectedCode.repeat(200, write)
      + ProtectedCode.load(Self.memory + 12) + ProtectedCode.exit
  }

  /// The same with ports.
  private func ports(_ test: UInt8, _ write: [UInt8]) -> [UInt8] {
    ProtectedCode.outByte(Self.ports, test) + ProtectedCode.repeat(200, write)
      + ProtectedCode.inByte(Self.ports + 12) + ProtectedCode.exit
  }

  /// What a guest comes to whose writes all leave, and are counted or not.
  private func leaving(counted: Bool) -> GuestRun {
    .init(ending: .debugExit(counted ? 200 : 0), exits: Self.begin + 3 + 200)
  }

  /// What a guest comes to whose writes all ring.
  private let ringing = GuestRun(ending: .debugExit(0), exits: begin + 3, rings: 200)

  @Test("In memory, writes of any value ring in any width, by their width, or not at all")
  func wildcardMemory() throws {
    let byte = memory(1, ProtectedCode.storeByte(Self.place(1), 0x11))
    #expect(try run(.wildcard, byte) == ringing)
    #expect(try run(.exact, byte) == ringing)
    #expect(try run(.none, byte) == leaving(counted: true))
    let word = memory(1, ProtectedCode.storeWord(Self.place(1), 0x1111))
    #expect(try run(.wildcard, word) == ringing)
    #expect(try run(.exact, word) == leaving(counted: true))
    #expect(try run(.none, word) == leaving(counted: true))
  }

  @Test("In memory, only writes of the value ring")
  func matchMemory() throws {
    let match = memory(2, ProtectedCode.storeByte(Self.place(2), 0xFA))
    #expect(try run(.wildcard, match) == ringing)
    #expect(try run(.exact, match) == ringing)
    #expect(try run(.none, match) == leaving(counted: true))
    let mismatch = memory(2, ProtectedCode.storeByte(Self.place(2), 0xFB))
    #expect(try run(.wildcard, mismatch) == leaving(counted: false))
  }

  @Test("At ports, writes of any value ring by their width, or not at all")
  func wildcardPorts() throws {
    let byte = ports(1, ProtectedCode.outByte(Self.port(1), 0x11))
    #expect(try run(.wildcard, byte) == ringing)
    #expect(try run(.exact, byte) == ringing)
    #expect(try run(.none, byte) == leaving(counted: true))
    let doubleword = ports(1, ProtectedCode.out(Self.port(1), 0x1111_1111))
    #expect(try run(.wildcard, doubleword) == leaving(counted: true))
  }

  @Test("At ports, only writes of the value ring")
  func matchPorts() throws {
    let match = ports(2, ProtectedCode.outByte(Self.port(2), 0xFA))
    #expect(try run(.wildcard, match) == ringing)
    #expect(try run(.none, match) == leaving(counted: true))
    let mismatch = ports(2, ProtectedCode.outByte(Self.port(2), 0xFB))
    #expect(try run(.wildcard, mismatch) == leaving(counted: false))
  }

  @Test("The test without doorbells leaves each time, and so does one that was stopped")
  func withoutDoorbell() throws {
    #expect(
      try run(.wildcard, memory(0, ProtectedCode.storeByte(Self.place(0), 0xFA)))
        == leaving(counted: true))
    #expect(
      try run(
        .wildcard,
        ProtectedCode.storeByte(Self.memory, 1)
          + memory(0xFF, ProtectedCode.storeByte(Self.place(1), 0x11)))
        == .init(ending: .debugExit(0), exits: Self.begin + 1 + 3 + 200))
  }

  @Test("A doorbell moves with the base address, and rings only while it is decoded")
  func moving() throws {
    let moved: UInt32 = 0xD800_0000
    let code =
      ProtectedCode.storeByte(Self.memory, 1)
      + ProtectedCode.configure(4, 0x10, moved)
      + ProtectedCode.repeat(10, ProtectedCode.storeByte(Self.place(1), 0x11))
      + ProtectedCode.repeat(20, ProtectedCode.storeByte(moved + 2049, 0x11))
      + ProtectedCode.configure(4, 0x04, 0)
      + ProtectedCode.repeat(40, ProtectedCode.storeByte(moved + 2049, 0x11))
      + ProtectedCode.configure(4, 0x04, 2)
      + ProtectedCode.repeat(80, ProtectedCode.storeByte(moved + 2049, 0x11))
      + ProtectedCode.load(moved + 12) + ProtectedCode.exit
    #expect(
      try run(.wildcard, code)
        == .init(ending: .debugExit(0), exits: Self.begin + 1 + 3 * 2 + 10 + 40 + 2, rings: 100))
  }

  @Test("Where another device answers first, nothing rings")
  func behindAnother() throws {
    // The window of the enhanced mechanism is moved over the device.
    let code =
      ProtectedCode.storeByte(Self.memory, 1)
      + ProtectedCode.configure(0, 0x60, Self.memory | 1)
      + ProtectedCode.repeat(50, ProtectedCode.storeByte(Self.place(1), 0x11))
      + ProtectedCode.exit
    #expect(
      try run(.wildcard, code) == .init(ending: .debugExit(1), exits: Self.begin + 1 + 2 + 50 + 1))
  }
}
