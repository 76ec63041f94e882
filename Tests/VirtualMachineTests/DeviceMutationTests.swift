import KVM
import TestSupport
import Testing

@testable import VirtualMachine

/// What is wrong on purpose about devices, seen as guests see it.
@Suite("Mutations of devices", .hangLimit)
struct DeviceMutationTests {
  /// 1970-01-01 00:00:45 UTC.
  private static let start: Int64 = 45 << 15

  /// What a guest reads that does a little of everything with the clock.
  private func clock(_ mutation: Mutation?) throws -> [UInt64] {
    nonisolated(unsafe) var now = Self.start
    var bus = Bus(.ports)
    try bus.add(RealTimeClock(crystal: { now }, mutation: mutation), at: 0x70...0x71)
    func read(_ index: UInt64) -> UInt64 {
      bus.write(index, at: 0x70, size: 1)
      return bus.read(at: 0x71, size: 1)
    }
    var saw = [read(0), bus.read(at: 0x70, size: 1)]
    bus.write(0x5A50, at: 0x70, size: 2)
    saw += [read(0x50), read(0x10)]
    // Stopped for two seconds, with the update flag of the second before.
    now += 1 << 15
    saw += [read(0xC), read(0xC)]
    bus.write(0x820B, at: 0x70, size: 1)
    bus.write(0x82, at: 0x71, size: 1)
    now += 2 << 15
    return saw + [read(0)]
  }

  @Test(
    "The clock",
    arguments: [
      (nil, [0x45, 0xFF, 0x5A, 0, 0x50, 0, 0x46]),
      (.clockBinary, [45, 0xFF, 0x5A, 0, 0x50, 0, 46]),
      (.clockIndexReadable, [0x45, 0, 0x5A, 0, 0x50, 0, 0x46]),
      (.clockWordsCut, [0x45, 0xFF, 0, 0, 0x50, 0, 0x46]),
      (.clockMemoryHalved, [0x45, 0xFF, 0x5A, 0x5A, 0x50, 0, 0x46]),
      (.clockSetIgnored, [0x45, 0xFF, 0x5A, 0, 0x50, 0, 0x48]),
      (.clockFlagsKept, [0x45, 0xFF, 0x5A, 0, 0x50, 0x50, 0x46]),
    ] as [(Mutation?, [UInt64])])
  func clock(mutation: Mutation?, saw: [UInt64]) throws {
    let found = try clock(mutation)
    #expect(found == saw)
  }
}

@Suite(
  "Mutations of what KVM does for devices",
  .needsKVM, .hangLimit)
struct AccelerationMutationTests {
  @Test(
    "Writes that wait in the ring",
    arguments: [
      (nil, "abc"), (.ringLate, ""), (.ringReversed, "cba"), (.ringFirstLost, "bc"),
    ] as [(Mutation?, String)])
  func ring(mutation: Mutation?, text: String) throws {
    // mov dx, 0x3f8; mov al, 'a'; out dx, al; …; out 0xf4, al
    let code: [UInt8] = [
      0xBA, 0xF8, 0x03, 0xB0, 0x61, 0xEE, 0xB0, 0x62, 0xEE, 0xB0, 0x63, 0xEE, 0xE6, 0xF4,
    ]
    let sink = Recording()
    let run = try GuestRun.real(code, sink: sink) {
      $0.mutation = mutation
      $0.coalescedZones = [CoalescedZone(.port(0x3F8), count: 1)]
    }
    #expect(run.ending == .debugExit(0x63))
    #expect(sink.text == text)
  }

  @Test(
    "Doorbells: how many of two writes reach the test device",
    arguments: [(nil, 0), (.doorbellMisplaced, 2), (.doorbellWide, 2)] as [(Mutation?, UInt8)])
  func doorbell(mutation: Mutation?, count: UInt8) throws {
    // The ports of 00:04.0 at C000h; test 1 behind them rings at C084h, with any value.
    var code: [UInt8] = []
    for (register, value) in [(0x14, 0xC000), (0x04, 1)] as [(UInt32, UInt32)] {
      // mov eax, address; mov dx, 0xcf8; out dx, eax; mov eax, value; mov dl, 0xfc; out dx, eax
      code += [0x66, 0xB8] + WindowFirmware.little(0x8000_2000 | register)
      code += [0xBA, 0xF8, 0x0C, 0x66, 0xEF, 0x66, 0xB8] + WindowFirmware.little(value)
      code += [0xB2, 0xFC, 0x66, 0xEF]
    }
    code += [
      0xBA, 0x00, 0xC0, 0xB0, 0x01, 0xEE,  // mov dx, 0xc000; mov al, 1; out dx, al
      0xB2, 0x84, 0xB0, 0xCE, 0xEE, 0xEE,  // mov dl, 0x84; mov al, 0xce; out dx, al; out dx, al
      0xB2, 0x0C, 0xEC, 0xE6, 0xF4,  // mov dl, 12; in al, dx; out 0xf4, al
    ]
    let run = try GuestRun.real(code) {
      $0.mutation = mutation
      $0.doorbells = .exact
    }
    #expect(run.ending == .debugExit(count))
  }

  @Test("Interrupts", arguments: [nil, .interruptMisrouted, .interruptOnce] as [Mutation?])
  func interrupts(mutation: Mutation?) throws {
    let handler: UInt8 = 0x60
    var code: [UInt8] = [
      0x31, 0xC0, 0x8E, 0xD8, 0x8E, 0xD0, 0xBC, 0x00, 0x70,  // xor ax, ax; mov ds, ss; mov sp
      0xC7, 0x06, 0x90, 0x00, handler, 0x00,  // mov word [0x90], handler
      0xC7, 0x06, 0x92, 0x00, 0x00, 0xF0,  // mov word [0x92], 0xf000
      // The first PIC: interrupts from 20h on, all but 4 masked.
      0xB0, 0x11, 0xE6, 0x20, 0xB0, 0x20, 0xE6, 0x21, 0xB0, 0x04, 0xE6, 0x21, 0xB0, 0x01, 0xE6,
      0x21, 0xB0, 0xEF, 0xE6, 0x21,
      0xBA, 0xFC, 0x03, 0xB0, 0x08, 0xEE,  // OUT2 of COM1
      0xB2, 0xF9, 0xB0, 0x02, 0xEE,  // its transmitter's interrupt
      0x31, 0xC9, 0xFB, 0xF4,  // xor cx, cx; sti; hlt
      0x80, 0xF9, 0x03, 0x72, 0xFA,  // cmp cl, 3; jb hlt
      0xFA, 0xB0, 0x05, 0xE6, 0xF4,  // cli; mov al, 5; out 0xf4, al
    ]
    code += Array(repeating: 0x90, count: Int(handler) - code.count)
    code += [
      0x41, 0xBA, 0xFA, 0x03, 0xEC,  // inc cx; mov dx, 0x3fa; in al, dx
      0xB0, 0x20, 0xE6, 0x20,  // mov al, 0x20; out 0x20, al
      0xB2, 0xF8, 0xEE, 0xCF,  // mov dl, 0xf8; out dx, al; iret
    ]
    let run = try GuestRun.real(code, limit: mutation == nil ? .hangLimit : .seconds(1)) {
      $0.mutation = mutation
      $0.hasInterruptControllers = true
    }
    #expect(run.ending == (mutation == nil ? .debugExit(5) : .timeLimit))
  }
}
