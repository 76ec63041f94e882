import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "Coalesced writes",
  .needsKVM, .hangLimit)
struct CoalescingTests {
  private static let indexPort = CoalescedZone(.port(0x70), count: 1)

  @Test("A read of the clock costs one exit with its index port coalesced, and two without")
  func clock() throws {
    // mov al, 0x40; out 0x70, al; mov al, 0x5a; out 0x71, al; mov cx, 1000
    // again: mov al, 0x40; out 0x70, al; in al, 0x71; loop again; out 0xf4, al
    let code: [UInt8] = [
      0xB0, 0x40, 0xE6, 0x70, 0xB0, 0x5A, 0xE6, 0x71, 0xB9, 0xE8, 0x03,
      0xB0, 0x40, 0xE6, 0x70, 0xE4, 0x71, 0xE2, 0xF8, 0xE6, 0xF4,
    ]
    #expect(try GuestRun.real(code) == .init(ending: .debugExit(0x5A), exits: 2003))
    #expect(
      try GuestRun.real(code) { $0.coalescedZones = [Self.indexPort] }
        == .init(ending: .debugExit(0x5A), exits: 1002))
  }

  @Test("The last of many indexes counts, also where the ring was full in between")
  func lastIndex() throws {
    // Memory 0x40 to 0x7f is its own address: mov al, 0x40; again: out 0x70, al; out 0x71, al;
    // inc al; cmp al, 0x80; jne again. mov cx, 600; mov al, 0; next: inc al; and al, 0x3f;
    // or al, 0x40; out 0x70, al; loop next; in al, 0x71; out 0xf4, al
    let code: [UInt8] = [
      0xB0, 0x40, 0xE6, 0x70, 0xE6, 0x71, 0xFE, 0xC0, 0x3C, 0x80, 0x75, 0xF6,
      0xB9, 0x58, 0x02, 0xB0, 0x00, 0xFE, 0xC0, 0x24, 0x3F, 0x0C, 0x40, 0xE6, 0x70, 0xE2, 0xF6,
      0xE4, 0x71, 0xE6, 0xF4,
    ]
    let last = UInt8(0x40 | 600 & 0x3F)
    #expect(try GuestRun.real(code) == .init(ending: .debugExit(last), exits: 64 * 2 + 600 + 2))
    // 600 writes are 3 × 170, of which the last one leaves, and 90 more.
    #expect(
      try GuestRun.real(code) { $0.coalescedZones = [Self.indexPort] }
        == .init(ending: .debugExit(last), exits: 64 + 3 + 2))
  }

  @Test("A word at the index port is no part of its zone: an index and a value, and one exit")
  func word() throws {
    // mov ax, 0x5a40; out 0x70, ax; mov al, 0x41; out 0x70, al; mov al, 0x40; out 0x70, al;
    // in al, 0x71; out 0xf4, al
    let code: [UInt8] = [
      0xB8, 0x40, 0x5A, 0xE7, 0x70, 0xB0, 0x41, 0xE6, 0x70, 0xB0, 0x40, 0xE6, 0x70, 0xE4, 0x71,
      0xE6, 0xF4,
    ]
    #expect(try GuestRun.real(code) == .init(ending: .debugExit(0x5A), exits: 5))
    #expect(
      try GuestRun.real(code) { $0.coalescedZones = [Self.indexPort] }
        == .init(ending: .debugExit(0x5A), exits: 3))
  }

  @Test("Coalesced memory reaches the device behind it, in order")
  func memory() throws {
    // The memory of 00:03.0, at 0xd0000000: mov [0xd0000010], ecx, 300 times, so that 1 is the last.
    let code =
      ProtectedCode.configure(3, 0x10, 0xD000_0000) + ProtectedCode.configure(3, 0x04, 2)
      + ProtectedCode.repeat(300, [0x89, 0x0D] + WindowFirmware.little(0xD000_0010))
      + ProtectedCode.load(0xD000_0010) + ProtectedCode.exit
    #expect(
      try GuestRun.protected(code) == .init(ending: .debugExit(1), exits: 2 + 4 + 300 + 2))
    #expect(
      try GuestRun.protected(code) {
        $0.coalescedZones = [CoalescedZone(.memory(0xD000_0000), count: 0x1000)]
      } == .init(ending: .debugExit(1), exits: 2 + 4 + 1 + 2))
  }

  @Test("A configuration read by mechanism #1 costs one exit with its address port coalesced")
  func mechanism1() throws {
    let code =
      ProtectedCode.repeat(100, ProtectedCode.readConfiguration(0, 0))
      + ProtectedCode.exit(whetherEAXIs: 0x29C0_8086)
    #expect(try GuestRun.protected(code) == .init(ending: .debugExit(1), exits: 2 + 200 + 1))
    // The first write to the address port, which opens the window, is coalesced as well.
    #expect(
      try GuestRun.protected(code) {
        $0.coalescedZones = [CoalescedZone(.port(0xCF8), count: 4)]
      } == .init(ending: .debugExit(1), exits: 1 + 100 + 1))
  }

  @Test("What is in the ring when the guest ends has reached its device")
  func ending() throws {
    let zone = CoalescedZone(.port(0x3F8), count: 8)
    // mov dx, 0x3f8; mov al, 'A'; out dx, al; mov al, 'B'; out dx, al
    let code: [UInt8] = [0xBA, 0xF8, 0x03, 0xB0, 0x41, 0xEE, 0xB0, 0x42, 0xEE]
    let halted = Recording()
    #expect(
      try GuestRun.real(code + [0xF4], sink: halted) { $0.coalescedZones = [zone] }
        == .init(ending: .halted, exits: 1))
    #expect(halted.text == "AB")
    let (stopped, text) = try growingLimit { limit in
      let sink = Recording()
      let run = try GuestRun.real(code + [0xEB, 0xFE], limit: .seconds(limit), sink: sink) {
        $0.coalescedZones = [zone]
      }
      return (run, sink.text)
    } until: {
      $0.1 == "AB"
    }
    #expect(stopped == .init(ending: .timeLimit, exits: 1))
    #expect(text == "AB")
  }

  @Test("A coalesced write to the debug exit port ends the guest before the exit behind it")
  func debugExit() throws {
    // mov al, 7; out 0xf4, al; hlt
    let code: [UInt8] = [0xB0, 0x07, 0xE6, 0xF4, 0xF4]
    #expect(
      try GuestRun.real(code) { $0.coalescedZones = [CoalescedZone(.port(0xF4), count: 1)] }
        == .init(ending: .debugExit(7), exits: 1))
    // mov al, 7; out 0xf4, al; jmp $
    let spinning = try growingLimit { limit in
      try GuestRun.real([0xB0, 0x07, 0xE6, 0xF4, 0xEB, 0xFE], limit: .seconds(limit)) {
        $0.coalescedZones = [CoalescedZone(.port(0xF4), count: 1)]
      }
    } until: {
      $0.ending != .timeLimit
    }
    #expect(spinning == .init(ending: .debugExit(7), exits: 1))
  }
}
