import Foundation
import Glibc
import TestSupport
import Testing

@Suite("vmm run on a terminal", .needsKVM, .hangLimit)
struct VMMTerminalTests {
  private let vmm = Tool(name: "vmm")

  /// Code that prints a line of 251 times `x`. Terminals make two bytes of a line's end, for which
  /// there may be no room where there was some for the line.
  private static let line: [UInt8] = [
    0xBA, 0xF8, 0x03,  // mov dx, 0x3f8
    0xB0, 0x78, 0xB9, 0xFB, 0x00,  // mov al, 'x'; mov cx, 251
    0xEE, 0xE2, 0xFD,  // out dx, al; loop
    0xB0, 0x0A, 0xEE,  // mov al, 10; out dx, al
  ]

  private static let endless = line + [0xEB, UInt8(truncatingIfNeeded: -(line.count + 2))]

  /// Code that prints so many lines.
  private static func lines(_ count: UInt8) -> [UInt8] {
    // mov bx, count; the line; dec bx; jnz
    [0xBB, count, 0x00] + line + [0x4B, 0x75, UInt8(truncatingIfNeeded: -(line.count + 3))]
      + TinyROM.exit(0)
  }

  @Test("A terminal that nobody reads holds up no time limit")
  func unread() async throws {
    let terminal = try PseudoTerminal()
    let rom = try TinyROM(Self.endless)
    var seconds = 0.0
    let outcome = try await growingLimit { limit in
      seconds = limit
      return try await vmm.bash(
        #"exec "$0" run "$1" --timeout "$3" > "$2""#, [rom.path, terminal.path, "\(limit)"])
    } until: { _ in
      terminal.isFull
    }
    #expect(outcome.status == .exited(8))
    #expect(outcome.errors.hasPrefix("vmm: \(rom.path): time limit of \(seconds) s, at 0xf00"))
  }

  @Test("A terminal that nobody reads holds up no end that a signal asks for")
  func unreadSignalled() async throws {
    let terminal = try PseudoTerminal()
    let folder = try TemporaryDirectory()
    let rom = try TinyROM(Self.endless)
    let file = "\(folder.path)/process"
    let arguments = [rom.path, terminal.path, file]
    async let outcome = vmm.bash(
      #"echo "$$" > "$3"; exec "$0" run "$1" --timeout 0 > "$2""#, arguments)
    try await terminal.becomesFull()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let process = try #require(Int32(text.dropLast()))
    try #require(kill(process, SIGTERM) == 0)
    #expect(try await outcome == .init(status: .exited(128 + SIGTERM), output: "", errors: ""))
  }

  @Test("A terminal that is read late gets every line")
  func readLate() async throws {
    let terminal = try PseudoTerminal()
    // More than the 64 KiB that a terminal keeps for its reader.
    let rom = try TinyROM(Self.lines(255))
    let arguments = [rom.path, terminal.path]
    async let outcome = vmm.bash(#"exec "$0" run "$1" > "$2""#, arguments)
    try await terminal.becomesFull()
    let wanted = String(repeating: String(repeating: "x", count: 251) + "\r\n", count: 255)
    let text = try await terminal.text(ofAtLeast: wanted.utf8.count)
    #expect(text == wanted)
    #expect(try await outcome == .init(status: .exited(0), output: "", errors: ""))
  }

  @Test("A terminal is left to the shell as it was")
  func flags() async throws {
    let terminal = try PseudoTerminal()
    let rom = try TinyROM(TinyROM.printing("hello") + TinyROM.exit(0))
    let outcome = try await vmm.bash(
      #"""
      exec 3> "$2"
      grep flags /proc/$$/fdinfo/3
      "$0" run "$1" --timeout 600 >&3
      grep flags /proc/$$/fdinfo/3
      """#, [rom.path, terminal.path])
    let flags = outcome.output.split(separator: "\n")
    #expect(flags.count == 2 && flags.first == flags.last)
    #expect(try await terminal.text(ofAtLeast: 7) == "hello\r\n")
  }
}
