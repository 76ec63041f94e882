import Glibc
import PCIConfig
import TestSupport
import Testing

@Suite("vmm", .hangLimit)
struct VMMCommandTests {
  private let vmm = Tool(name: "vmm")

  @Test("--version prints the package's version")
  func version() async throws {
    #expect(
      try await vmm.run("--version")
        == .init(status: .exited(0), output: PCIConfigVersion.current + "\n", errors: ""))
  }

  @Test("--help shows examples and every exit status")
  func help() async throws {
    let outcome = try await vmm.run("run", "--help")
    #expect(outcome.status == .exited(0))
    for text in [
      "EXAMPLES", "EXIT STATUS", "\n  2 ", "\n  4 ", "\n  6 ", "\n  8 ", "\n  10 ", "\n  12 ",
      "\n  64 ", "128 + signal", "--memory", "--hypervisor", "xen-behind-hyper-v", "default: kvm",
      "--conf1", "--ecam", "--acpi", "default: built", "--timeout", "default: 60",
    ] {
      #expect(outcome.output.contains(text), "\(text)")
    }
    #expect(!outcome.output.contains("--ecam-fault"))
  }

  @Test(
    "What cannot be asked for is one line, status 64",
    arguments: [
      (["run"], "missing expected argument '<image>'"),
      (["run", "a", "b"], "unexpected argument 'b'"),
      (["run", "a", "--memory", "1"], "--memory 1: expected 2 to 2048 MiB"),
      (["run", "a", "--memory", "2049"], "--memory 2049: expected 2 to 2048 MiB"),
      (
        ["run", "a", "--conf1", "maybe"],
        "--conf1 maybe: expected on, off"
      ),
      (
        ["run", "a", "--hypervisor", "vmwere"],
        "--hypervisor vmwere: did you mean 'vmware'?"
      ),
      (
        ["run", "a", "--ecam-fault", "00:20.0"],
        "--ecam-fault 00:20.0: expected bus:device.function, hexadecimal"
      ),
      (["run", "a", "--timeout=-1"], "--timeout -1.0: expected 0 to 1000000 seconds"),
      (["run", "a", "--timeout", "nan"], "--timeout nan: expected 0 to 1000000 seconds"),
    ])
  func usage(arguments: [String], message: String) async throws {
    let outcome = try await vmm.bash(#""$0" "$@""#, arguments)
    #expect(
      outcome
        == .init(
          status: .exited(64), output: "", errors: "vmm: \(message) (see 'vmm run --help')\n"))
  }

  @Test("A command or a value that there is not is answered with those that there are")
  func choices() async throws {
    #expect(
      try await vmm.run("walk")
        == .init(
          status: .exited(64), output: "",
          errors: "vmm: walk: no such command: expected run (see 'vmm --help')\n"))
    let outcome = try await vmm.run("run", "a", "--hypervisor", "nobody")
    #expect(outcome.status == .exited(64))
    #expect(outcome.errors.hasPrefix("vmm: --hypervisor nobody: "))
    #expect(outcome.errors.contains(" none, kvm, kvm-2, tcg, hyper-v, "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("An image that is missing or no image is one line, status 2")
  func badImage() async throws {
    #expect(
      try await vmm.run("run", "/no/such.rom")
        == .init(
          status: .exited(2), output: "",
          errors: "vmm: /no/such.rom: No such file or directory\n"))
    #expect(
      try await vmm.run("run", "/tmp")
        == .init(status: .exited(2), output: "", errors: "vmm: /tmp: not a regular file\n"))
    #expect(
      try await vmm.run("run", "/dev/null")
        == .init(status: .exited(2), output: "", errors: "vmm: /dev/null: not a regular file\n"))
  }

  @Test("An image that is a pipe without a writer is waited for by nobody")
  func pipe() async throws {
    let folder = try TemporaryDirectory()
    let path = "\(folder.path)/pipe"
    #expect(
      try await vmm.bash(#"mkfifo "$1" && "$0" run "$1""#, [path])
        == .init(status: .exited(2), output: "", errors: "vmm: \(path): not a regular file\n"))
  }
}

@Suite("vmm run --acpi", .hangLimit)
struct VMMTableTests {
  private let vmm = Tool(name: "vmm")

  @Test(
    "A file that is no table is one line, status 2",
    arguments: [
      ("/no/such.bin", "No such file or directory"), ("/tmp", "Is a directory"),
      ("/dev/null", "0 bytes: expected a table of 1 to 3840"),
      ("/dev/zero", "more than 3840 bytes: expected a table of 1 to 3840"),
    ])
  func badFile(path: String, message: String) async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    #expect(
      try await vmm.run("run", rom.path, "--acpi", path)
        == .init(status: .exited(2), output: "", errors: "vmm: \(path): \(message)\n"))
  }

  @Test(
    "Guests get the tables that were asked for", .needsKVM,
    arguments: [
      ("built", "RSD PTR .*XSDT.*MCFG"), ("none", ""), ("<(echo FORGED)", "RSD PTR .*XSDT.*FORGED"),
      ("built --ecam off", "RSD PTR .*XSDT"),
    ])
  func tables(value: String, pattern: String) async throws {
    // mov ax, 0xe000; mov ds, ax; xor si, si; mov cx, 256; mov dx, 0x3f8; cld; rep outsb
    let rom = try TinyROM(
      [
        0xB8, 0x00, 0xE0, 0x8E, 0xD8, 0x31, 0xF6, 0xB9, 0x00, 0x01, 0xBA, 0xF8, 0x03, 0xFC, 0xF3,
        0x6E,
      ] + TinyROM.exit(0))
    let outcome = try await vmm.bash(
      #""$0" run "$1" --acpi \#(value) | tr -cd 'A-Z '"#, [rom.path])
    #expect(outcome.errors == "")
    let text = outcome.output.replacing("PCICFG", with: "").replacing("PCFG", with: "")
    #expect(try Regex(pattern + " *").wholeMatch(in: text) != nil, "\(text)")
  }
}

@Suite("vmm run", .needsKVM, .hangLimit)
struct VMMRunTests {
  private let vmm = Tool(name: "vmm")

  @Test(
    "The guest's value becomes the status: 0 for 0, else twice the value and one, 8 bits",
    arguments: [(0, 0), (1, 3), (0x10, 0x21), (0x7F, 0xFF), (0x80, 1), (0xFF, 0xFF)]
      as [(UInt8, Int32)])
  func debugExit(value: UInt8, status: Int32) async throws {
    let rom = try TinyROM(TinyROM.printing("hello") + TinyROM.exit(value))
    #expect(
      try await vmm.run("run", rom.path)
        == .init(status: .exited(status), output: "hello\n", errors: ""))
  }

  @Test("A guest that halts is status 10, and says where")
  func halted() async throws {
    let rom = try TinyROM(TinyROM.printing("x") + [0xF4])
    #expect(
      try await vmm.run("run", rom.path)
        == .init(
          status: .exited(10), output: "x\n",
          errors: "vmm: \(rom.path): halted at 0xf000a with nothing to wake it\n"))
  }

  @Test("A triple fault is status 4")
  func shutdown() async throws {
    // lidt [cs:0x20], an empty table; mov eax, cr0; or al, 1; mov cr0, eax; xor cx, cx; div cx
    let rom = try TinyROM([
      0x2E, 0x0F, 0x01, 0x1E, 0x20, 0x00, 0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0, 0x31,
      0xC9,
      0xF7, 0xF1,
    ])
    let outcome = try await vmm.run("run", rom.path)
    #expect(outcome.status == .exited(4))
    #expect(outcome.errors.hasPrefix("vmm: \(rom.path): the processor shut down"))
    #expect(outcome.errors.count { $0 == "\n" } == 1)
  }

  @Test("An internal error of KVM is status 6 with registers and the line that was being printed")
  func internalError() async throws {
    // mov dx, 0x3f8; mov al, 'x'; out dx, al; then code at an address without memory
    let rom = try TinyROM(
      [0xBA, 0xF8, 0x03, 0xB0, 0x78, 0xEE] + [
        // lgdt [cs:0x40]; mov ebx, cr0; or bl, 1; mov cr0, ebx; jmp 8:0xc0000000
        0x2E, 0x66, 0x0F, 0x01, 0x16, 0x40, 0x00,
        0x0F, 0x20, 0xC3, 0x80, 0xCB, 0x01, 0x0F, 0x22, 0xC3,
        0x66, 0xEA, 0x00, 0x00, 0x00, 0xC0, 0x08, 0x00,
      ] + Array(repeating: 0, count: 0x40 - 30) + [0x0F, 0x00, 0x50, 0x00, 0x0F, 0x00]
        + Array(repeating: 0, count: 0x58 - 0x46) + [
          0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xCF, 0x00,
        ])
    let outcome = try await vmm.run("run", rom.path)
    #expect(outcome.status == .exited(6))
    #expect(outcome.output == "x")
    #expect(outcome.errors.hasPrefix("vmm: \(rom.path): KVM internal error: "))
    #expect(outcome.errors.contains("at 0x0008:0x00000000c0000000"))
    for register in ["rax", "r15", "rip", "cr0", "cr3", "efer", "cs", "gdt", "idt"] {
      #expect(outcome.errors.contains("\(register) "))
    }
  }

  @Test("A guest that spins ends with the time limit, status 8")
  func timeLimit() async throws {
    let rom = try TinyROM(TinyROM.printing("x") + TinyROM.spin)
    var seconds = 0.0
    let outcome = try await growingLimit(from: 1.5) { limit in
      seconds = limit
      return try await vmm.run("run", rom.path, "--timeout", "\(limit)")
    } until: {
      $0.output == "x\n" && $0.errors.contains("at 0xf0009")
    }
    #expect(
      outcome
        == .init(
          status: .exited(8), output: "x\n",
          errors: "vmm: \(rom.path): time limit of \(seconds) s, at 0xf0009\n"))
  }

  @Test("SIGINT, SIGTERM and SIGHUP end the guest in order", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(signal: Int32) async throws {
    let rom = try TinyROM(TinyROM.printing("x") + TinyROM.spin)
    #expect(
      try await vmm.run(sending: .init(rawValue: signal), "run", rom.path, "--timeout", "0")
        == .init(status: .exited(128 + signal), output: "x\n", errors: ""))
  }

  @Test("A reader that goes away ends the guest without a word, as SIGPIPE would")
  func closedOutput() async throws {
    // Prints lines for ever.
    let line = TinyROM.printing("xyz")
    let rom = try TinyROM(line + [0xEB, UInt8(truncatingIfNeeded: -(line.count + 2))])
    #expect(
      try await vmm.bash(
        #""$0" run "$1" --timeout 0 | head -n 2; exit "${PIPESTATUS[0]}""#, [rom.path])
        == .init(status: .exited(128 + SIGPIPE), output: "xyz\nxyz\n", errors: ""))
  }

  /// A line of `bash` that makes descriptor 3 a full pipe, with a reader that does not read.
  private static let fullPipe = #"""
    rm -f "$2/pipe" && mkfifo "$2/pipe" && exec 3<> "$2/pipe"
    dd if=/dev/zero of="$2/pipe" bs=4096 count=4096 oflag=nonblock 2> /dev/null

    """#

  @Test("A reader that does not read holds up no time limit")
  func unreadOutput() async throws {
    let folder = try TemporaryDirectory()
    let rom = try TinyROM(TinyROM.printing("x") + TinyROM.exit(0))
    var seconds = 0.0
    let outcome = try await growingLimit { limit in
      seconds = limit
      return try await vmm.bash(
        Self.fullPipe
          + #""$0" run "$1" --timeout "$3" >&3"#, [rom.path, folder.path, "\(limit)"])
    } until: {
      $0.errors.contains(", at 0xf00")
    }
    #expect(outcome.status == .exited(8))
    #expect(outcome.errors.hasPrefix("vmm: \(rom.path): time limit of \(seconds) s, at 0xf00"))
  }

  @Test("A reader that does not read holds up no end that a signal asks for")
  func unreadOutputSignalled() async throws {
    let folder = try TemporaryDirectory()
    let rom = try TinyROM(TinyROM.printing("x") + TinyROM.exit(0))
    // Its signals are blocked once it runs the guest.
    let line = #"""
      "$0" run "$1" --timeout 0 >&3 &
      until grep -q 'SigBlk:.*[4-7c-f]...$' "/proc/$!/task/$!/status"; do :; done
      kill -TERM "$!"
      wait "$!"
      """#
    #expect(
      try await vmm.bash(Self.fullPipe + line, [rom.path, folder.path])
        == .init(status: .exited(128 + SIGTERM), output: "", errors: ""))
  }

  @Test("Output that cannot be written is one line, status 2")
  func fullOutput() async throws {
    let rom = try TinyROM(TinyROM.printing("x") + TinyROM.spin)
    #expect(
      try await vmm.bash(#""$0" run "$1" > /dev/full"#, [rom.path])
        == .init(
          status: .exited(2), output: "", errors: "vmm: standard output: No space left on device\n"
        ))
  }

  @Test("Standard output that is closed is one line, status 2")
  func noOutput() async throws {
    let rom = try TinyROM(TinyROM.printing("x") + TinyROM.spin)
    #expect(
      try await vmm.bash(#""$0" run "$1" >&-"#, [rom.path])
        == .init(
          status: .exited(2), output: "", errors: "vmm: standard output: Bad file descriptor\n"))
  }

  @Test("--conf1 off leaves mechanism #1 out", arguments: [("on", 0x0D), ("off", 0xFF)])
  func mechanism1(value: String, status: Int32) async throws {
    // mov eax, 0x80000000; mov dx, 0xcf8; out dx, eax; mov dl, 0xfc; in al, dx; out 0xf4, al
    let rom = try TinyROM([
      0x66, 0xB8, 0x00, 0x00, 0x00, 0x80, 0xBA, 0xF8, 0x0C, 0x66, 0xEF, 0xB2, 0xFC, 0xEC, 0xE6,
      0xF4,
    ])
    #expect(try await vmm.run("run", rom.path, "--conf1", value).status == .exited(status))
  }

  @Test(
    "--hypervisor chooses the signature",
    arguments: [("kvm", UInt8(ascii: "K")), ("tcg", UInt8(ascii: "T")), ("xen", UInt8(ascii: "X"))])
  func hypervisor(name: String, first: UInt8) async throws {
    // mov eax, 0x40000000; cpuid; mov al, bl; out 0xf4, al
    let rom = try TinyROM([
      0x66, 0xB8, 0x00, 0x00, 0x00, 0x40, 0x0F, 0xA2, 0x88, 0xD8, 0xE6, 0xF4,
    ])
    let status = (Int32(first) << 1 | 1) & 0xFF
    #expect(
      try await vmm.run("run", rom.path, "--hypervisor", name).status == .exited(status))
  }
  @Test("A guest that reads all of a read-only window takes little memory of the host")
  func windowMemory() async throws {
    // The window at 0xb0000000 is opened and read in 32-bit mode, a doubleword of each page.
    let rom = try TinyROM(
      [
        0xBA, 0xF8, 0x0C,  // mov dx, 0xcf8
        0x66, 0xB8, 0x60, 0x00, 0x00, 0x80, 0x66, 0xEF,  // mov eax, 0x80000060; out dx, eax
        0xB2, 0xFC,  // mov dl, 0xfc
        0x66, 0xB8, 0x01, 0x00, 0x00, 0xB0, 0x66, 0xEF,  // mov eax, 0xb0000001; out dx, eax
        0x2E, 0x66, 0x0F, 0x01, 0x16, 0x60, 0x00,  // lgdt [cs:0x60]
        0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0,  // mov eax, cr0; or al, 1; mov cr0, eax
        0x66, 0xEA, 0x2C, 0x00, 0x0F, 0x00, 0x08, 0x00,  // jmp 8:0xf002c
        0x66, 0xB8, 0x10, 0x00, 0x8E, 0xD8,  // mov ax, 16; mov ds, ax
        0xBE, 0x00, 0x00, 0x00, 0xB0,  // mov esi, 0xb0000000
        0xB9, 0x00, 0x00, 0x01, 0x00,  // mov ecx, 0x10000
        0x8B, 0x06, 0x81, 0xC6, 0x00, 0x10, 0x00, 0x00,  // mov eax, [esi]; add esi, 4096
        0x49, 0x75, 0xF5,  // dec ecx; jnz
        0x66, 0xBA, 0xF8, 0x03, 0xB0, 0x0A, 0xEE,  // mov dx, 0x3f8; mov al, 10; out dx, al
        0xEB, 0xFE, 0x90, 0x90,  // jmp $
      ] + [UInt8](repeating: 0x90, count: 14) + [0x17, 0x00, 0x68, 0x00, 0x0F, 0x00, 0x90, 0x90]
        + [UInt8](repeating: 0, count: 8)
        + [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xCF, 0x00]
        + [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x93, 0xCF, 0x00])
    // The memory that is shared with guests through files; the rest is the program itself.
    let outcome = try await vmm.bash(
      #"""
      coproc "$0" run "$1" --ecam read-only
      read -r -u "${COPROC[0]}"
      awk '$1 == "RssShmem:" { print $2 }' "/proc/$COPROC_PID/status"
      kill "$COPROC_PID"
      """#, [rom.path])
    let kilobytes = try #require(Int(outcome.output.split(separator: "\n").last ?? ""))
    #expect((1...8192).contains(kilobytes))
  }
}
