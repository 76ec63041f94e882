import Glibc
import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The machine", .needsKVM,
  .hangLimit)
struct BoardTests {
  /// A ROM whose reset vector jumps to real-mode code at its start, F000:0000.
  private func rom(_ code: [UInt8], size: Int = 65536) throws -> FirmwareImage {
    var bytes = [UInt8](repeating: 0xFF, count: size)
    bytes.replaceSubrange(size - 65536..<size - 65536 + code.count, with: code)
    // jmp f000:0000
    bytes.replaceSubrange(size - 16..<size - 11, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    return try FirmwareImage(bytes)
  }

  private func run(
    _ code: [UInt8], size: Int = 65536, limit: Duration? = .hangLimit, signals: [Int32] = [],
    sink: Recording = Recording(), configure: (inout BoardConfiguration) -> Void = { _ in }
  ) throws -> Ending {
    var configuration = BoardConfiguration(firmware: try rom(code, size: size), memory: 2)
    configure(&configuration)
    var board = try Board(configuration, on: System(), serialOutput: sink)
    return try board.run(limit: limit, endingOn: signals)
  }

  @Test(
    "A write of any width to the debug exit port ends the guest with its low byte",
    arguments: [
      [0xB0, 0x2A, 0xE6, 0xF4], [0xB8, 0x2A, 0x11, 0xE7, 0xF4],
      [0x66, 0xB8, 0x2A, 0x11, 0x22, 0x33, 0x66, 0xE7, 0xF4],
    ] as [[UInt8]])
  func debugExit(code: [UInt8]) throws {
    #expect(try run(code) == .debugExit(0x2A))
  }

  @Test("HLT ends the guest, and the output so far has come")
  func halted() throws {
    let sink = Recording()
    // mov dx, 0x3f8; mov al, 'A'; out dx, al; hlt
    #expect(try run([0xBA, 0xF8, 0x03, 0xB0, 0x41, 0xEE, 0xF4], sink: sink) == .halted)
    #expect(sink.text == "A")
  }

  @Test("A triple fault ends the guest")
  func shutdown() throws {
    // lidt [cs:0x20], an empty table; mov eax, cr0; or al, 1; mov cr0, eax; xor cx, cx; div cx
    let code: [UInt8] = [
      0x2E, 0x0F, 0x01, 0x1E, 0x20, 0x00, 0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0, 0x31,
      0xC9,
      0xF7, 0xF1,
    ]
    #expect(
      try run(code + Array(repeating: 0, count: 0x20 - code.count) + Array(repeating: 0, count: 8))
        == .shutdown)
  }

  @Test("An internal error of KVM comes with the instruction's address and all registers")
  func internalError() throws {
    // In protected mode: code at an address without memory.
    let code: [UInt8] = [
      0x66, 0xB8, 0x78, 0x56, 0x34, 0x12,  // mov eax, 0x12345678
      0x2E, 0x66, 0x0F, 0x01, 0x16, 0x40, 0x00,  // lgdt [cs:0x40]
      0x0F, 0x20, 0xC3, 0x80, 0xCB, 0x01, 0x0F, 0x22, 0xC3,  // mov ebx, cr0; or bl, 1; mov cr0, ebx
      0x66, 0xEA, 0x00, 0x00, 0x00, 0xC0, 0x08, 0x00,  // jmp 8:0xc0000000
    ]
    var image = code + Array(repeating: 0, count: 0x40 - code.count)
    image += [0x0F, 0x00, 0x50, 0x00, 0x0F, 0x00, 0, 0]  // limit 15, base f0050
    image += Array(repeating: 0, count: 0x58 - image.count)
    image += [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xCF, 0x00]
    let ending = try run(image)
    guard case .internalError(let report) = ending else {
      Issue.record("\(ending)")
      return
    }
    #expect(report.error.kind == .emulation)
    #expect(report.registers.rax == 0x1234_5678)
    #expect(report.registers.rip == 0xC000_0000)
    #expect(report.description.contains("rax 0x0000000012345678"))
    #expect(report.description.contains("at 0x0008:0x00000000c0000000"))
  }

  @Test("A guest that spins is ended by its time limit, and its output has come")
  func timeLimit() throws {
    // mov dx, 0x3f8; mov al, 'A'; out dx, al; jmp $
    let code: [UInt8] = [0xBA, 0xF8, 0x03, 0xB0, 0x41, 0xEE, 0xEB, 0xFE]
    let (ending, text) = try growingLimit { limit in
      let sink = Recording()
      return (try run(code, limit: .seconds(limit), sink: sink), sink.text)
    } until: {
      $0.1 != ""
    }
    #expect(ending == .timeLimit)
    #expect(text == "A")
  }

  @Test("A time limit holds for each guest of a thread in which all signals were blocked")
  func limitsInOneThread() throws {
    // libdispatch's threads are like that. jmp $
    let image = try rom([0xEB, 0xFE])
    let thread = try SignalBlockingThread {
      (0..<2).map { _ in
        var board = try? Board(
          BoardConfiguration(firmware: image, memory: 2), on: System(), serialOutput: Recording())
        return try? board?.run(limit: .milliseconds(20), endingOn: [SIGUSR1])
      }
    }
    #expect(thread.result() == [.timeLimit, .timeLimit])
  }

  @Test("A guest that always exits is ended by its time limit, too")
  func timeLimitOfExits() throws {
    // out 0x80, al; jmp -4
    #expect(try run([0xE6, 0x80, 0xEB, 0xFC], limit: .milliseconds(20)) == .timeLimit)
  }

  @Test("Output that is refused ends the guest")
  func outputClosed() throws {
    // mov dx, 0x3f8; mov al, '\n'; out dx, al; jmp -3
    let code: [UInt8] = [0xBA, 0xF8, 0x03, 0xB0, 0x0A, 0xEE, 0xEB, 0xFD]
    #expect(try run(code, sink: Recording(accepts: false)) == .outputClosed)
  }

  @Test("The ROM's end shows below 1 MiB, cannot be written, and memory is beside it")
  func map() throws {
    for (size, alias) in [(65536, 0xF000), (1 << 17, 0xE000), (1 << 18, 0xE000)] {
      // mov ax, alias; mov ds, ax; mov al, [0]; not byte [0]; cmp al, [0]; jne bad mov ax, alias -
      // 0x1000; mov ds, ax; mov byte [0xffff], 0x5a; cmp byte [0xffff], 0x5a; jne bad out 0xf4,
      // al(0); bad: hlt
      let code: [UInt8] = [
        0xB8, 0x00, UInt8(alias >> 8), 0x8E, 0xD8, 0xA0, 0x00, 0x00, 0xF6, 0x16, 0x00, 0x00, 0x3A,
        0x06,
        0x00, 0x00, 0x75, 0x18,
        0xB8, 0x00, UInt8((alias - 0x1000) >> 8), 0x8E, 0xD8, 0xC6, 0x06, 0xFF, 0xFF, 0x5A, 0x80,
        0x3E,
        0xFF, 0xFF, 0x5A, 0x75, 0x07, 0xB0, 0x00, 0xE6, 0xF4, 0x90, 0x90, 0x90, 0xF4,
      ]
      #expect(try run(code, size: size) == .debugExit(0), "ROM of \(size) bytes")
    }
  }

  @Test(
    "Mechanism #1 can be left out", arguments: [(true, 0x86), (false, 0xFF)] as [(Bool, UInt8)])
  func mechanism1(hasMechanism1: Bool, answer: UInt8) throws {
    // mov eax, 0x80000000; mov dx, 0xcf8; out dx, eax; mov dl, 0xfc; in al, dx; out 0xf4, al
    let code: [UInt8] = [
      0x66, 0xB8, 0x00, 0x00, 0x00, 0x80, 0xBA, 0xF8, 0x0C, 0x66, 0xEF, 0xB2, 0xFC, 0xEC, 0xE6,
      0xF4,
    ]
    #expect(try run(code) { $0.hasMechanism1 = hasMechanism1 } == .debugExit(answer))
  }

  @Test("CPUID shows the hypervisor that was asked for")
  func hypervisor() throws {
    // mov eax, 1; cpuid; shr ecx, 31; mov al, cl; out 0xf4, al
    let bit: [UInt8] = [
      0x66, 0xB8, 0x01, 0x00, 0x00, 0x00, 0x0F, 0xA2, 0x66, 0xC1, 0xE9, 0x1F, 0x88, 0xC8, 0xE6,
      0xF4,
    ]
    #expect(try run(bit) == .debugExit(1))
    #expect(try run(bit) { $0.hypervisor = .none } == .debugExit(0))
    // mov eax, 0x40000000; cpuid; mov al, dl; out 0xf4, al
    let last: [UInt8] = [
      0x66, 0xB8, 0x00, 0x00, 0x00, 0x40, 0x0F, 0xA2, 0x88, 0xD0, 0xE6, 0xF4,
    ]
    #expect(try run(last) == .debugExit(UInt8(ascii: "M")))
    #expect(
      try run(last) { $0.hypervisor = .signature(.init(ebx: 1, ecx: 2, edx: 3)) } == .debugExit(3))
  }

  @Test("String instructions reach ports value by value")
  func stringOutput() throws {
    let sink = Recording()
    // mov ax, 0xf000; mov ds, ax; mov si, 0x20; mov cx, 6; mov dx, 0x3f8; cld; rep outsb; hlt
    let code: [UInt8] = [
      0xB8, 0x00, 0xF0, 0x8E, 0xD8, 0xBE, 0x20, 0x00, 0xB9, 0x06, 0x00, 0xBA, 0xF8, 0x03, 0xFC,
      0xF3,
      0x6E, 0xF4,
    ]
    let image = code + Array(repeating: 0, count: 0x20 - code.count) + Array("hello\n".utf8)
    #expect(try run(image, sink: sink) == .halted)
    #expect(sink.text == "hello\n")
  }
}

@Suite("Firmware images")
struct FirmwareImageTests {
  @Test("Have whole pages, at most 16 MiB", arguments: [0, 1, 4095, 65537, (16 << 20) + 4096])
  func sizes(size: Int) throws {
    #expect(throws: FirmwareImageError.size(size, of: "the image")) {
      try FirmwareImage(Array(repeating: 0, count: size))
    }
  }

  @Test("May be as large as 16 MiB")
  func largest() throws {
    #expect(try FirmwareImage(Array(repeating: 0, count: 16 << 20)).size == 16 << 20)
  }

  @Test("Are files")
  func files() {
    #expect(throws: FirmwareImageError.notAFile("/tmp")) { try FirmwareImage(path: "/tmp") }
    let missing = KVMError(call: "open", argument: "/no/such", errno: ENOENT)
    #expect(throws: FirmwareImageError.system(missing)) {
      try FirmwareImage(path: "/no/such")
    }
  }
}
