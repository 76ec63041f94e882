import Glibc
import TestSupport
import Testing

/// Whatever an image does, it ends with a status and what that status means.
@Suite("vmm run with hostile images", .hangLimit)
struct HostileImageTests {
  private static let seeds: UInt64 = getenv("PCICFG_SLOW") != nil ? 300 : 8
  private let vmm = Tool(name: "vmm")

  @Test("A file of another size is one line, status 2", arguments: [0, 1, 4095, 65537, 16_781_312])
  func size(count: Int) async throws {
    let file = try TemporaryFile(Array(repeating: 0, count: count))
    #expect(
      try await vmm.run("run", file.path)
        == .init(
          status: .exited(2), output: "",
          errors:
            "vmm: \(file.path): \(count) bytes: expected a multiple of 4096, "
            + "from 4096 to 16777216\n"
        ))
  }

  @Test("Images that are all zeros or ones end", .needsKVM, arguments: [0x00, 0xFF] as [UInt8])
  func uniform(byte: UInt8) async throws {
    for count in [4096, 65536, 16 << 20] {
      try await expectEnd(
        of: TemporaryFile(Array(repeating: byte, count: count)), "\(count) of \(byte)")
    }
  }

  @Test("Images by chance end", .needsKVM, arguments: HostileImage.Kind.allCases, 1...seeds)
  func chance(kind: HostileImage.Kind, seed: UInt64) async throws {
    let file = try TemporaryFile(HostileImage(kind, seed: seed).bytes)
    for window in ["trapped", "read-only"] {
      try await expectEnd(of: file, "\(kind) \(seed)", ["--ecam", window, "--memory", "2"])
    }
  }

  /// Runs an image, which must end by itself or by the time limit, and say so.
  private func expectEnd(
    of file: TemporaryFile, _ name: String, _ options: [String] = []
  ) async throws {
    let outcome = try await vmm.bash(
      #""$0" run "$@" --timeout 0.3 | tail -c 9999 | cat -v; exit "${PIPESTATUS[0]}""#,
      [file.path] + options)
    guard case .exited(let status) = outcome.status else {
      Issue.record("\(name): \(outcome.status): \(outcome.errors)")
      return
    }
    if status == 0 || status % 2 == 1 {
      #expect(outcome.errors == "", "\(name)")
    } else {
      #expect([4, 6, 8, 10, 12].contains(status), "\(name)")
      #expect(outcome.errors.hasPrefix("vmm: \(file.path): "), "\(name): \(outcome.errors)")
      // Internal errors come with all registers.
      #expect(status == 6 || outcome.errors.count { $0 == "\n" } == 1, "\(name)")
    }
  }

  /// Code that does its worst, and the status that it still ends with.
  private static let cases: [(name: String, code: [UInt8], status: Int32)] = [
    (
      "a string to the exit port, of which the first byte counts",
      // mov byte [0x500], 5; mov si, 0x500; mov cx, 0xffff; mov dx, 0xf4; cld; rep outsb
      [
        0xC6, 0x06, 0x00, 0x05, 0x05, 0xBE, 0x00, 0x05, 0xB9, 0xFF, 0xFF, 0xBA, 0xF4, 0x00, 0xFC,
        0xF3, 0x6E,
      ], 11
    ),
    (
      "64 KiB from and to the ports of mechanism 1",
      // mov cx, 0xffff; mov dx, 0xcfc; cld; rep insb; mov cx, 0xffff; rep outsb
      [0xB9, 0xFF, 0xFF, 0xBA, 0xFC, 0x0C, 0xFC, 0xF3, 0x6C, 0xB9, 0xFF, 0xFF, 0xF3, 0x6E]
        + TinyROM.exit(5), 11
    ),
    ("the window over the ROM", TinyROM.configure(0, 0x60, 0xF000_0001) + TinyROM.exit(5), 11),
    (
      "the window over memory",
      // mov byte [0x500], 7; (window); mov al, [0x500]; out 0xf4, al
      [0xC6, 0x06, 0x00, 0x05, 0x07] + TinyROM.configure(0, 0x60, 1) + [
        0xA0, 0x00, 0x05, 0xE6, 0xF4,
      ], 15
    ),
    (
      "ports over the serial port, mechanism 1 and the exit port",
      TinyROM.configure(0x10, 0x20, 0x3E0) + TinyROM.configure(0x10, 0x04, 1)
        + TinyROM.printing("x") + TinyROM.configure(0x10, 0x20, 0xCE0)
        + TinyROM.configure(0x10, 0x20, 0xE0) + TinyROM.exit(5), 11
    ),
    (
      "a bridge onto its own bus, onto all and backwards",
      [0x00FF_0000, 0x00FF_0100, 0x0000_0000, 0x0001_FF01, 0x00FF_FFFF].flatMap {
        TinyROM.configure(0x08, 0x18, $0) + TinyROM.configure(0x0100, 0x18, $0)
          + TinyROM.configure(0xFF00, 0x18, $0)
      } + TinyROM.exit(5), 11
    ),
    (
      "writes to the ROM, which change nothing",
      // mov byte [cs:0x100], 5; mov al, [cs:0x100]; out 0xf4, al
      [0x2E, 0xC6, 0x06, 0x00, 0x01, 0x05, 0x2E, 0xA0, 0x00, 0x01, 0xE6, 0xF4], 0
    ),
    // in al, 0x80; jmp to it
    ("endless port reads", [0xE4, 0x80, 0xEB, 0xFC], 8),
    (
      "endless configuration writes",
      TinyROM.configure(0, 0x60, 0xB000_0001) + [
        0x66, 0x35, 0x00, 0x00, 0x00, 0x08, 0x66, 0xEF, 0xEB, 0xF6,  // xor eax, 1 << 27; out; jmp
      ], 8
    ),
  ]

  @Test(
    "Code that does its worst ends as it should", .needsKVM, arguments: cases,
    ["trapped", "read-only"])
  func worst(
    example: (name: String, code: [UInt8], status: Int32), window: String
  ) async throws {
    let rom = try TinyROM(example.code)
    let outcome = try await vmm.bash(
      #""$0" run "$@""#,
      [rom.path, "--ecam", window, "--timeout", example.status == 8 ? "0.3" : "600"])
    #expect(outcome.status == .exited(example.status), "\(example.name): \(outcome.errors)")
    if example.name.contains("serial port") { #expect(outcome.output == "x\n") }
  }
}
