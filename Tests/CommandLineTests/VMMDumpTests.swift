import Foundation
import GuestProtocol
import TestSupport
import Testing

@Suite("vmm run --pci-dump", .hangLimit)
struct VMMDumpTests {
  private let vmm = Tool(name: "vmm")

  @Test("--help tells what a dump does not")
  func help() async throws {
    let outcome = try await vmm.bash(#"COLUMNS=80 "$0" run --help"#, [])
    for text in ["--pci-dump <file>", "PCI DUMP:", "\n  writes ", "\n  sizes ", "\n  ECAM "] {
      #expect(outcome.output.contains(text), "\(text)")
    }
  }

  @Test(
    "What needs the machine's own functions is one line, status 64",
    arguments: [
      (
        ["--mutate", "bar-bytes-dropped"],
        "--mutate bar-bytes-dropped: breaks functions that are not there with --pci-dump"
      ),
      (
        ["--mutate", "ecam-base-cut"],
        "--mutate ecam-base-cut: breaks functions that are not there with --pci-dump"
      ),
      (["--doorbells", "exact"], "--doorbells exact: no test device is there with --pci-dump"),
    ])
  func usage(arguments: [String], message: String) async throws {
    #expect(
      try await vmm.bash(#""$0" run image --pci-dump dump "$@""#, arguments)
        == .init(
          status: .exited(64), output: "", errors: "vmm: \(message) (see 'vmm run --help')\n"))
  }

  @Test(
    "A file that no machine can be made of is one line, status 2",
    arguments: [
      ("/no/such.txt", "/no/such.txt: No such file or directory"),
      ("/tmp", "/tmp: Is a directory"),
      (
        "/dev/null",
        "/dev/null: no function's registers: expected what 'lspci -x', -xxx or -xxxx prints"
      ),
      ("/dev/zero", "/dev/zero: File too large"),
    ])
  func badFile(path: String, message: String) async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    #expect(
      try await vmm.run("run", rom.path, "--pci-dump", path)
        == .init(status: .exited(2), output: "", errors: "vmm: \(message)\n"))
  }

  @Test(
    "So is a text that is damaged, or has no function that guests reach",
    arguments: [
      (
        "00:00.0 x\n00: 12 3",
        ", line 2: expected an offset, a colon and bytes of two hexadecimal digits"
      ),
      ("0001:00:00.0 x\n00: 12", ": no function in segment 0, the only one that guests reach"),
    ])
  func badText(text: String, message: String) async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    let file = try TemporaryFile(Array(text.utf8))
    #expect(
      try await vmm.run("run", rom.path, "--pci-dump", file.path)
        == .init(status: .exited(2), output: "", errors: "vmm: \(file.path)\(message)\n"))
  }

  @Test(
    "The guest sees the functions of the dump, no others, and is told what is left out", .needsKVM)
  func functions() async throws {
    // Sends bus, device and function, and register 0 of all that answer in the window.
    let rom = try TinyROM(
      TinyROM.protected(
        [
          0xBE, 0x00, 0x00, 0x00, 0xE0,  // mov esi, 0xe0000000
          0x8B, 0x06, 0x83, 0xF8, 0xFF, 0x74, 0x20,  // mov eax, [esi]; cmp eax, -1; je next
          0x89, 0xC1, 0x89, 0xF3, 0xC1, 0xEB, 0x0C,  // mov ecx, eax; mov ebx, esi; shr ebx, 12
          0x66, 0xBA, 0xF8, 0x03,  // mov dx, 0x3f8
          0x88, 0xF8, 0xEE, 0x88, 0xD8, 0xEE,  // mov al, bh; out dx, al; mov al, bl; out dx, al
          0x89, 0xC8, 0xEE,  // mov eax, ecx; out dx, al
        ] + Array(repeating: [0xC1, 0xE8, 0x08, 0xEE], count: 3).joined()  // shr eax, 8; out dx, al
          + [
            0x81, 0xC6, 0x00, 0x10, 0x00, 0x00,  // next: add esi, 0x1000
            0x81, 0xFE, 0x00, 0x00, 0x00, 0xF0, 0x75, 0xCB,  // cmp esi, 0xf0000000; jne
          ] + TinyROM.exit(0)))
    let outcome = try await vmm.bash(
      #""$0" run "$1" --ecam read-only --pci-dump <(printf %s "$2") | od -An -v -tx1 -w6"#,
      [rom.path, SmallDump.text])
    #expect(
      outcome.output.split(separator: "\n").map { String($0.dropFirst()) }
        == SmallDump.functions)
    #expect(
      outcome.errors.replacing(#/vmm: .*?: /#, with: "")
        == SmallDump.omissions.map { $0 + "\n" }.joined())
  }

  @Test(
    "Both mechanisms and the tables are as they must be", .needsKVM,
    arguments: ["trapped", "read-only"],
    ["conf1", "config-space", "mcfg", "selector", "damaged-facts"])
  func suites(window: String, suite: String) async throws {
    let file = try TemporaryFile(Array(SmallDump.text.utf8))
    let records = try await vmm.records(of: suite, ["--pci-dump", file.path, "--ecam", window])
    let failed = records.compactMap { record -> String? in
      if case .result(_, let id, false) = record { "\(id)" } else { nil }
    }
    #expect(failed == [])
    #expect(records.contains { if case .result(_, _, true) = $0 { true } else { false } })
  }

  @Test(
    "Q35's host bridge opens the window, and the table tells where it was", .needsKVM,
    arguments: ["trapped", "read-only"], ["ecam", "mcfg", "selector"])
  func q35(window: String, suite: String) async throws {
    let file = try TemporaryFile(Array(SmallDump.q35.utf8))
    let records = try await vmm.records(of: suite, ["--pci-dump", file.path, "--ecam", window])
    let results = records.compactMap { record -> (id: String, passed: Bool)? in
      if case .result(_, let id, let passed) = record { ("\(id)", passed) } else { nil }
    }
    #expect(results.filter { !$0.passed }.map(\.id) == [])
    let proof = [
      "ecam": "ecam.window.moved-to", "mcfg": "mcfg.window.host-bridge",
      "selector": "selector.facts.agreement",
    ]
    #expect(results.map(\.id).contains(try #require(proof[suite])))
    if suite == "mcfg" {
      #expect(
        records.contains(
          .compared(
            wanted: "0xc0000000ff", saw: "0xc0000000ff",
            clause: "FIRMWARE33 4.1.2; Intel 316966 PCIEXBAR")))
    }
  }

  @Test("guestctl runs its suites on such a machine, told where the window is", .needsKVM)
  func guestctl() async throws {
    let dump = try TemporaryFile(Array(SmallDump.text.utf8))
    let hypervisors = try TemporaryFile(
      Array(
        """
        hypervisors:
          - name: small
            description: the functions of a small dump
            product: vmm
            command: [vmm, run, --pci-dump, \(dump.path), "{image}"]
            statuses: { 33: finished }
            provides: [conf1, ecam, mcfg, bridge, memory-bar, io-bar, bar64, rom-bar, sibling-bars]
            tells: { ecam: ["e0000000:00-ff"] }

        """.utf8))
    let outcome = try await Tool(name: "guestctl").run(
      "run", "--hypervisors", hypervisors.path, "--json", "-", "--timeout", "600", "config-space",
      "mcfg")
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    let report = try JSONDecoder().decode(GuestReport.self, from: Data(outcome.output.utf8))
    let skipped = report.runs.flatMap(\.verdicts).filter { $0.outcome == "skip" }.map(\.check)
    #expect(
      skipped == [
        "config-space.conf1.list-ends", "config-space.ecam.list-ends",
        "config-space.conf1.list-fixed", "config-space.ecam.list-fixed",
        "config-space.conf1.other-devices", "config-space.ecam.other-devices",
        "config-space.ecam.secondary-extended", "mcfg.window.host-bridge",
      ])
  }
}
