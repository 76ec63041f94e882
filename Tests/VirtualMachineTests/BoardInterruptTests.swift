import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The machine's interrupts",
  .needsKVM, .hangLimit)
struct BoardInterruptTests {
  /// A guest in real mode with both PICs started, all inputs open and one handler.
  ///
  /// It halts until the byte at 0x500 is at least 3, leaves a hundred times, and ends with a byte.
  ///
  /// - Parameters:
  ///   - vector: The vector, 0x20 to 0x2F.
  ///   - handler: What is done before the interrupt is ended; it may change AX and DX.
  ///   - enable: What lets the device interrupt.
  ///   - result: Where the byte is that the guest ends with.
  private func guest(
    vector: UInt8, handler: [UInt8], enable: [UInt8], result: UInt8
  ) -> [UInt8] {
    let entry = UInt16(vector) * 4
    let code: [UInt8] =
      [
        0xFA, 0x31, 0xC0, 0x8E, 0xD8, 0x8E, 0xD0, 0xBC, 0x00, 0x70,  // stack at 0:0x7000
        0xC7, 0x06, UInt8(entry & 0xFF), UInt8(entry >> 8), 0x00, 0x02,  // handler at f000:0200
        0xC7, 0x06, UInt8(entry + 2 & 0xFF), UInt8((entry + 2) >> 8), 0x00, 0xF0,
        // Both PICs: mov al, n; out port, al
        0xB0, 0x11, 0xE6, 0x20, 0xE6, 0xA0, 0xB0, 0x20, 0xE6, 0x21, 0xB0, 0x28, 0xE6, 0xA1,
        0xB0, 0x04, 0xE6, 0x21, 0xB0, 0x02, 0xE6, 0xA1, 0xB0, 0x01, 0xE6, 0x21, 0xE6, 0xA1,
        0xB0, 0x00, 0xE6, 0x21, 0xE6, 0xA1,
      ] + enable + [
        // wait: cli; cmp byte [0x500], 3; jae done; sti; hlt; jmp wait; done: sti
        0xFA, 0x80, 0x3E, 0x00, 0x05, 0x03, 0x73, 0x04, 0xFB, 0xF4, 0xEB, 0xF4, 0xFB,
        // mov cx, 100; again: out 0x80, al; loop again; mov al, [0x500 + …]; out 0xf4, al
        0xB9, 0x64, 0x00, 0xE6, 0x80, 0xE2, 0xFC, 0xA0, result, 0x05, 0xE6, 0xF4,
      ]
    // push ax; push dx; inc byte [0x500]; …; mov al, 0x20; out 0xa0, al; out 0x20, al;
    // pop dx; pop ax; iret
    let end: [UInt8] = [0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20, 0x5A, 0x58, 0xCF]
    return code + Array(repeating: 0x90, count: 0x200 - code.count)
      + [0x50, 0x52, 0xFE, 0x06, 0x00, 0x05] + handler + end
  }

  private func run(_ code: [UInt8], controllers: Bool) throws -> Ending {
    try GuestRun.real(code) { $0.hasInterruptControllers = controllers }.ending
  }

  @Test("The serial port's interrupt comes again after its end, until the guest serves the port")
  func serialPort() throws {
    // cmp byte [0x500], 3; jb +4; mov dx, 0x3fa; in al, dx: reads the identification.
    let handler: [UInt8] = [0x80, 0x3E, 0x00, 0x05, 0x03, 0x72, 0x04, 0xBA, 0xFA, 0x03, 0xEC]
    // mov dx, 0x3fc; mov al, 8 (OUT2); out dx, al; mov dx, 0x3f9; mov al, 2; out dx, al
    let enable: [UInt8] = [
      0xBA, 0xFC, 0x03, 0xB0, 0x08, 0xEE, 0xBA, 0xF9, 0x03, 0xB0, 0x02, 0xEE,
    ]
    let code = guest(vector: 0x24, handler: handler, enable: enable, result: 0)
    #expect(try run(code, controllers: true) == .debugExit(3))
    #expect(try run(code, controllers: false) == .halted)
  }

  @Test("The clock interrupts periodically, and its register C says so")
  func clock() throws {
    // mov al, 0xc; out 0x70, al; in al, 0x71; mov [0x501], al
    let handler: [UInt8] = [0xB0, 0x0C, 0xE6, 0x70, 0xE4, 0x71, 0xA2, 0x01, 0x05]
    // 1024 Hz is the rate after a reset: mov al, 0xb; out 0x70, al; mov al, 0x42; out 0x71, al
    let enable: [UInt8] = [0xB0, 0x0B, 0xE6, 0x70, 0xB0, 0x42, 0xE6, 0x71]
    let code = guest(vector: 0x28, handler: handler, enable: enable, result: 1)
    guard case .debugExit(let flags) = try run(code, controllers: true) else {
      Issue.record("the guest did not get three interrupts")
      return
    }
    // A second may have passed as well.
    #expect(flags & ~0x10 == 0xC0)
    #expect(try run(code, controllers: false) == .halted)
  }

  @Test("With controllers, HLT with nothing to wait for lasts until the time limit")
  func halt() throws {
    let halt = try GuestRun.real([0xF4], limit: .milliseconds(200)) {
      $0.hasInterruptControllers = true
    }
    #expect(halt == .init(ending: .timeLimit, exits: 1))
  }
}
