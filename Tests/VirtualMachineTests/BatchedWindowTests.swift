import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The batched window of the enhanced mechanism",
  .needsKVM, .hangLimit)
struct BatchedWindowTests {
  /// The interrupt line of 00:03.0 in the window, a register that software has for itself.
  private static let register: UInt32 = 0xB000_0000 + 3 << 15 + 0x3C

  /// Two exits to open the window.
  private static let begin: UInt64 = 2

  private func run(_ body: [UInt8], _ ecam: BoardConfiguration.ECAM) throws -> GuestRun {
    try GuestRun.protected(body) { $0.ecam = ecam }
  }

  @Test("100,000 reads never leave the guest")
  func reads() throws {
    let code =
      ProtectedCode.repeat(100_000, ProtectedCode.load(0xB000_0000))
      + ProtectedCode.exit(whetherEAXIs: 0x29C0_8086)
    #expect(try run(code, .batched) == .init(ending: .debugExit(1), exits: Self.begin + 1))
  }

  @Test("170 writes leave the guest once, and then both mechanisms show the last of them")
  func writes() throws {
    // mov [register], cl: 1 is the last.
    let writes = ProtectedCode.repeat(170, [0x88, 0x0D] + WindowFirmware.little(Self.register))
    // By mechanism #1 into EBX, then by the window: mov ebx, eax; …; shl eax, 8; or eax, ebx
    let code =
      writes + ProtectedCode.readConfiguration(3, 0x3C) + [0x0F, 0xB6, 0xD8]
      + ProtectedCode.load(Self.register) + [0x0F, 0xB6, 0xC0, 0xC1, 0xE0, 0x08, 0x09, 0xD8]
      + ProtectedCode.exit(whetherEAXIs: 0x0101)
    let rest: UInt64 = Self.begin + 2 + 1
    #expect(try run(code, .batched) == .init(ending: .debugExit(1), exits: rest + 1))
    #expect(try run(code, .readOnly) == .init(ending: .debugExit(1), exits: rest + 170))
    #expect(try run(code, .trapped) == .init(ending: .debugExit(1), exits: rest + 170 + 1))
  }

  @Test("A read shows what was before a write until the guest leaves for another reason")
  func staleness() throws {
    let write = ProtectedCode.storeByte(Self.register, 0x5A)
    let read = ProtectedCode.load(Self.register) + ProtectedCode.exit
    #expect(try run(write + read, .batched) == .init(ending: .debugExit(0), exits: 3))
    #expect(try run(write + read, .readOnly) == .init(ending: .debugExit(0x5A), exits: 4))
    // An exit in between: out 0x80, al
    #expect(
      try run(write + [0xE6, 0x80] + read, .batched) == .init(ending: .debugExit(0x5A), exits: 4))
  }

  @Test("The zone moves with the window, and goes with it")
  func moving() throws {
    let moved = Self.register + 0x1000_0000
    func code(_ value: UInt32) -> [UInt8] {
      ProtectedCode.configure(0, 0x60, value)
        + ProtectedCode.repeat(100, ProtectedCode.storeByte(Self.register, 0x11))
        + ProtectedCode.repeat(100, ProtectedCode.storeByte(moved, 0x22))
        + ProtectedCode.readConfiguration(3, 0x3C) + ProtectedCode.exit
    }
    let rest: UInt64 = Self.begin + 2 + 2 + 1
    #expect(
      try run(code(0xC000_0001), .batched) == .init(ending: .debugExit(0x22), exits: rest + 100))
    #expect(
      try run(code(0xC000_0000), .batched) == .init(ending: .debugExit(0), exits: rest + 200))
  }

  @Test("A zone that was asked for stays when the window inside of it moves")
  func otherZone() throws {
    let code =
      ProtectedCode.configure(0, 0x60, 0xE000_0001)
      + ProtectedCode.repeat(100, ProtectedCode.storeByte(0xB000_0000, 0x11)) + ProtectedCode.exit
    let run = try GuestRun.protected(code) {
      $0.ecam = .batched
      $0.coalescedZones = [CoalescedZone(.memory(0xA000_0000), count: 0x3000_0000)]
    }
    #expect(run == .init(ending: .debugExit(1), exits: Self.begin + 2 + 1))
  }

  @Test("A batched write can close the window itself")
  func closing() throws {
    // PCIEXBAR through the window; then an exit, and the window is gone.
    let code =
      ProtectedCode.store(0xB000_0060, 0) + [0xE6, 0x80] + ProtectedCode.load(0xB000_0000)
      + ProtectedCode.exit(whetherEAXIs: .max)
    #expect(try run(code, .batched) == .init(ending: .debugExit(1), exits: 5))
  }
}
