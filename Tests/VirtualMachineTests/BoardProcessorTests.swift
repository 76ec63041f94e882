import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The machine's processors",
  .needsKVM, .hangLimit)
struct BoardProcessorTests {
  /// Starts the processor with the APIC id 1 at 0x8000 in real mode.
  private func start(_ code: [UInt8]) -> [UInt8] {
    var stores: [UInt8] = []
    for offset in stride(from: 0, to: code.count, by: 4) {
      var value: UInt32 = 0
      for (index, byte) in code[offset...].prefix(4).enumerated() {
        value |= UInt32(byte) << UInt32(8 * index)
      }
      stores += ProtectedCode.store(0x8000 + UInt32(offset), value)
    }
    return stores + ProtectedCode.store(0xFEE0_00F0, 0x1FF)
      + ProtectedCode.store(0xFEE0_0310, 1 << 24)
      + ProtectedCode.store(0xFEE0_0300, 0x4500) + ProtectedCode.store(0xFEE0_0300, 0x4608)
  }

  private func run(
    _ body: [UInt8], processors: Int = 2, limit: Duration = .hangLimit,
    sink: Recording = Recording()
  ) throws -> Ending {
    try GuestRun.protected(body, limit: limit, sink: sink) {
      $0.hasInterruptControllers = true
      $0.processorCount = processors
    }.ending
  }

  @Test("A processor that another one has started can end the guest")
  func debugExit() throws {
    // mov al, 0x2a; out 0xf4, al
    #expect(try run(start([0xB0, 0x2A, 0xE6, 0xF4]) + ProtectedCode.spin) == .debugExit(0x2A))
  }

  @Test("One that nobody has started waits, and ends with the guest", arguments: [2, 3, 16])
  func waiting(processors: Int) throws {
    #expect(try run([0xB0, 0x07, 0xE6, 0xF4], processors: processors) == .debugExit(7))
  }

  @Test("Each processor has its number as its APIC id, in CPUID too")
  func identifiers() throws {
    // mov eax, 1; cpuid; shr ebx, 24; mov al, bl; out 0xf4, al
    let code: [UInt8] = [
      0x66, 0xB8, 0x01, 0x00, 0x00, 0x00, 0x0F, 0xA2, 0x66, 0xC1, 0xEB, 0x18, 0x88, 0xD8, 0xE6,
      0xF4,
    ]
    #expect(try run(start(code) + ProtectedCode.spin) == .debugExit(1))
  }

  @Test("A triple fault of any processor ends the guest")
  func shutdown() throws {
    // lidt [0x9000], an empty table; mov eax, cr0; or al, 1; mov cr0, eax; xor cx, cx; div cx
    let code: [UInt8] = [
      0x0F, 0x01, 0x1E, 0x00, 0x90, 0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0, 0x31, 0xC9,
      0xF7, 0xF1,
    ]
    #expect(try run(start(code) + ProtectedCode.spin) == .shutdown)
  }

  @Test("The time limit ends processors that spin, halt and wait")
  func timeLimit() throws {
    #expect(
      try run(start([0xF4]) + ProtectedCode.spin, processors: 3, limit: .milliseconds(500))
        == .timeLimit)
  }

  @Test("What two processors write at once reaches the devices whole")
  func serialisation() throws {
    // 1000 characters each: mov cx, 1000; mov dx, 0x3f8; mov al, 'b'; again: out dx, al; loop again;
    // mov byte [0x600], 1; hlt
    let second = start([
      0xB9, 0xE8, 0x03, 0xBA, 0xF8, 0x03, 0xB0, 0x62, 0xEE, 0xE2, 0xFD, 0xC6, 0x06, 0x00, 0x06,
      0x01, 0xF4,
    ])
    // wait: cmp byte [0x600], 1; jne wait
    let wait: [UInt8] = [0x80, 0x3D, 0x00, 0x06, 0x00, 0x00, 0x01, 0x75, 0xF7]
    let sink = Recording()
    #expect(
      try run(
        second + ProtectedCode.repeat(1000, ProtectedCode.outByte(0x3F8, UInt8(ascii: "a"))) + wait
          + [0xB0, 0x00] + ProtectedCode.exit, sink: sink) == .debugExit(0))
    #expect(
      sink.text.sorted() == Array(repeating: "a", count: 1000) + Array(repeating: "b", count: 1000))
  }
}

@Suite(
  "Memory slots that nobody needs",
  .needsKVM, .hangLimit)
struct ExtraSlotTests {
  @Test("Change nothing for the guest", arguments: [0, 1, 500])
  func exits(count: Int) throws {
    let code =
      ProtectedCode.repeat(100, ProtectedCode.load(0xB000_0000))
      + ProtectedCode.exit(whetherEAXIs: 0x29C0_8086)
    #expect(
      try GuestRun.protected(code) { $0.extraMemorySlots = count }
        == .init(ending: .debugExit(1), exits: 2 + 100 + 1))
  }

  @Test("Are refused where KVM has no room for them")
  func limit() throws {
    let limit = try System().check(.memorySlots) - 4 - 128
    #expect(throws: BoardError.memorySlots(limit + 1, limit: limit)) {
      try GuestRun.real([0xF4]) { $0.extraMemorySlots = limit + 1 }
    }
  }
}
