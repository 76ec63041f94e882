import Foundation
import TestSupport
import Testing

/// A host bridge, a bridge and a network function behind it.
private let dump = """
  $ lspci -vvvx
  00:00.0 Host bridge: Intel Corporation 440FX
  \tSubsystem: Red Hat, Inc. Qemu virtual machine
  00: 86 80 37 12 07 00 00 00 02 00 00 06 00 00 00 00
  10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
  30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00

  00:01.0 PCI bridge
  00: 36 1b 01 00 07 00 00 00 00 00 04 06 00 00 01 00
  10: 00 00 00 00 00 00 00 00 00 05 06 00 f1 01 00 00
  20: f0 ff 00 00 f1 ff 01 00 00 00 00 00 00 00 00 00
  30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00

  05:02.0 Ethernet controller
  00: f4 1a 00 10 07 05 00 00 00 00 00 02 00 00 00 00
  10: 61 c0 00 00 00 60 bd fe 00 00 00 00 00 00 00 00
  20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 01 00
  30: 00 00 00 00 00 00 00 00 00 00 00 00 0a 01 00 00

  """

struct ListCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  @Test(
    arguments: [
      (
        "-n -F",
        "00:00.0 0600: 8086:1237 (rev 02)\n00:01.0 0604: 1b36:0001\n05:02.0 0200: 1af4:1000\n"
      ),
      ("-nDs5: -F", "0000:05:02.0 0200: 1af4:1000\n"),
      ("-n -s 5:2.0 -F", "05:02.0 0200: 1af4:1000\n"),
      ("-nk -d1af4:: -F", "05:02.0 0200: 1af4:1000\n\tSubsystem: 1af4:0001\n"),
      ("-nmms 0.0 -F", "00:00.0 \"0600\" \"8086\" \"1237\" -r02 -p00 \"1af4\" \"1100\"\n"),
      (
        "-nvmms 1.0 -F",
        "Slot:\t00:01.0\nClass:\t0604\nVendor:\t1b36\nDevice:\t0001\nProgIf:\t00\n\n"
      ),
      (
        "-nvms 1.0 -F",
        "Device:\t00:01.0\nClass:\t0604\nVendor:\t1b36\nDevice:\t0001\nProgIf:\t00\n\n"
      ),
      ("-tF", "-[0000:00]-+-00.0\n           \\-01.0-[05-06]----02.0\n"),
      ("-tv -i /dev/null -d 1af4: -F", "-[0000:00]---01.0-[05-06]----02.0  Device 1af4:1000\n"),
      ("-s 7.7 -nF", ""),
      ("-ns1f: -F", ""),
      ("-nd8086:9999 -F", ""),
      ("-ns 0:0.0 -d 1af4: -F", ""),
    ])
  func `letters combine as with lspci`(arguments: String, output: String) async throws {
    let file = try TemporaryFile(dump)
    let outcome = try await pcicfg.bash("\"$0\" list \(arguments) \"$1\"", [file.path])
    #expect(outcome == Tool.Outcome(status: .exited(0), output: output, errors: ""))
  }

  @Test(arguments: ["list -n", "list -t", "list --json", "dump", "read COMMAND"])
  func `a function that -s names and that does not exist is status 2`(
    command: String
  ) async throws {
    let file = try TemporaryFile(dump)
    let outcome = try await pcicfg.bash("\"$0\" \(command) -s 00:1f.7 -F \"$1\"", [file.path])
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors == "pcicfg: -s 00:1f.7: no such function\n")
  }

  @Test func `a dump of a dump is the same registers`() async throws {
    let file = try TemporaryFile(dump)
    let outcome = try await pcicfg.run("dump", "-F", file.path)
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    let heads = ["0000:00:00.0 0600: 8086:1237 (rev 02)", "0000:00:01.0 0604: 1b36:0001"]
    #expect(outcome.output.hasPrefix(heads[0] + "\n00: 86 80 37 12 "))
    #expect(outcome.output.contains("\n\n\(heads[1])\n00: 36 1b 01 00 "))
    #expect(
      lines(of: outcome.output) == lines(of: dump), "the lines of bytes are those of the dump")
    let part = try await pcicfg.bash(
      "\"$0\" dump -F \"$1\" | \"$0\" dump -xs5: -F /dev/stdin",
      [
        file.path
      ])
    #expect(lines(of: part.output) == Array(lines(of: dump).suffix(4)))
  }

  /// The lines of bytes.
  private func lines(of text: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.contains(#/^[0-9a-f]{2,3}: /#) }
  }

  @Test func `JSON has what the text has`() async throws {
    let file = try TemporaryFile(dump)
    let list = try await pcicfg.run("list", "--json", "-n", "-s", "5:", "-F", file.path)
    #expect(list.status == .exited(0))
    let wanted: NSDictionary = [
      "schema": "pcicfg.list", "version": 1, "failures": [String](),
      "functions": [
        [
          "address": "0000:05:02.0", "classCode": ["id": "0x020000"], "vendor": ["id": "0x1af4"],
          "device": ["id": "0x1000"], "revision": "0x00",
          "subsystem": ["vendor": ["id": "0x1af4"], "device": ["id": "0x0001"]],
        ] as NSDictionary
      ],
    ]
    #expect(try object(list) == wanted)
    let verbose = try await pcicfg.run("list", "--json", "-nv", "-s", "1.0", "-F", file.path)
    let function = try #require((try object(verbose)["functions"] as? [NSDictionary])?.first)
    let header = try #require(function["header"] as? NSDictionary)
    let window: NSDictionary = ["base": "0xfff00000", "limit": "0xfffff", "isOpen": false]
    let bridge: NSDictionary = [
      "primaryBus": 0, "secondaryBus": 5, "subordinateBus": 6, "control": "0x0000",
      "ports": ["base": "0xf000", "limit": "0xfff", "isOpen": false], "memory": window,
      "prefetchable": window,
    ]
    #expect(header["bridge"] as? NSDictionary == bridge)
    #expect(header["layout"] as? String == "bridge")
    let dumped = try await pcicfg.run("dump", "--json", "-s", "0:0.0", "-F", file.path)
    let registers = try #require((try object(dumped)["functions"] as? [NSDictionary])?.first)
    #expect(try object(dumped)["schema"] as? String == "pcicfg.dump")
    #expect((registers["registers"] as? String)?.hasPrefix("8680371207000000020000060000") == true)
    #expect((registers["registers"] as? String)?.count == 128)
  }

  private func object(_ outcome: Tool.Outcome) throws -> NSDictionary {
    try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? NSDictionary)
  }

  @Test(.needs(program: "lspci"), arguments: ["-n", "-nD", "-nt", "-nmm", "-nvmm", "-nn"])
  func `functions that do not answer or identify themselves are listed as lspci lists them`(
    letters: String
  ) async throws {
    let zeros = ["10", "20", "30"].map {
      "\($0):" + String(repeating: " 00", count: 16) + "\n"
    }.joined()
    let file = try TemporaryFile(
      "00:0c.0 x\n00:" + String(repeating: " ff", count: 16) + "\n"
        + zeros.replacing(" 00", with: " ff")
        + "\n05:10.0 x\n00: ff ff ff ff 00 00 10 00 01 00 00 02 00 00 00 00\n\(zeros)\n"
        + "00:05.0 x\n00: 01 00 ff ff 00 00 10 00 01 00 00 02 00 00 00 00\n\(zeros)\n"
        + "00:06.0 x\n00: 86 80 01 03 00 00 10 00 01 00 00 02 00 00 00 00\n")
    let lspci = try await pcicfg.bash(
      "PATH=$PATH:/sbin:/usr/sbin lspci \(letters) -F \"$1\"", [file.path])
    #expect(try await pcicfg.run("list", letters, "-F", file.path) == lspci)
  }

  @Test func `a dump with a function that has no registers is status 1 and a line`() async throws {
    let file = try TemporaryFile(dump + "00:1f.0 ISA bridge\n")
    let outcome = try await pcicfg.run("list", "-n", "-s", "0.0", "-F", file.path)
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(1), output: "00:00.0 0600: 8086:1237 (rev 02)\n",
          errors: "pcicfg: 0000:00:1f.0: the dump has no registers of it\n"))
  }

  @Test(
    arguments: [
      (
        "list -s 1.2.3", 64,
        "-s 1.2.3: expected [[[[segment]:]bus]:][device][.[function]], hexadecimal"
      ),
      ("list -d 8086", 64, "-d 8086: expected [vendor]:[device][:class[:interface]], hexadecimal"),
      ("list -q", 64, "unknown option '-q' (see 'pcicfg list --help')"),
      (
        "list -F x --root y", 64,
        "-F and --root exclude each other: expected at most one (see 'pcicfg list --help')"
      ),
      ("list --json -t", 64, "--json excludes -t, -m and -x (see 'pcicfg list --help')"),
      ("list -tx", 64, "-t excludes -m and -x (see 'pcicfg list --help')"),
      (
        "dump -F /nonexistent", 2,
        "open /nonexistent: ENOENT (No such file or directory): "
          + "expected a file with what 'lspci -x' prints"
      ),
      (
        "list -F /dev/null", 2,
        "/dev/null: no function's registers: expected what 'lspci -x', -xxx or -xxxx prints"
      ),
      (
        "list -n -F \"$1\"", 2,
        "FILE, line 5: expected an offset, a colon and bytes of two hexadecimal digits"
      ),
      ("list -F \"$2\" -i /nonexistent", 2, "-i /nonexistent: there is no such file"),
      (
        "list --root /usr", 2,
        "/usr: has no sys/, proc/ or cpuid: "
          + "expected the directory of a recorded machine"
      ),
    ])
  func `what cannot be done is one line`(
    arguments: String, status: Int32, line: String
  ) async throws {
    let damaged = try TemporaryFile(
      dump.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .map { $0.offset == 4 ? $0.element + "0" : $0.element }.joined(separator: "\n"))
    let good = try TemporaryFile(dump)
    #expect(
      try await pcicfg.bash("\"$0\" \(arguments)", [damaged.path, good.path])
        == Tool.Outcome(
          status: .exited(status), output: "",
          errors: "pcicfg: \(line.replacingOccurrences(of: "FILE", with: damaged.path))\n"))
  }

  @Test func `a reader that stops early is no error, a full disk is`() async throws {
    let file = try TemporaryFile(dump)
    for command in ["list -nv", "dump"] {
      let early = try await pcicfg.bash(
        "trap '' PIPE; { \"$0\" \(command) -F \"$1\"; echo $? >&2; } | true", [file.path])
      #expect(early.errors == "0\n")
      let full = try await pcicfg.bash("\"$0\" \(command) -F \"$1\" >/dev/full", [file.path])
      #expect(
        full
          == Tool.Outcome(
            status: .exited(2), output: "",
            errors: "pcicfg: standard output: No space left on device\n"))
    }
  }

  @Test(
    .needs(program: "lspci"), .needsPCI, arguments: ["-n", "-nD", "-nmm", "-nvmm", "-nx", "-nt"])
  func `this machine's functions are listed as lspci lists them`(letters: String) async throws {
    let outcome = try await pcicfg.bash("\"$0\" list \(letters)", [])
    let lspci = try await pcicfg.bash("PATH=$PATH:/sbin:/usr/sbin lspci \(letters)", [])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output == lspci.output)
  }

  @Test(.needs(program: "lspci"), .needsPCI)
  func `lspci reads this machine's dump, and finds the same functions`() async throws {
    let outcome = try await pcicfg.bash(
      "\"$0\" dump >\"$1\"; PATH=$PATH:/sbin:/usr/sbin lspci -nF \"$1\"; rm -f \"$1\"",
      [FileManager.default.temporaryDirectory.path + "/pcicfg-test-\(UUID().uuidString)"])
    let list = try await pcicfg.run("list", "-n")
    #expect(outcome.output == list.output)
  }

  @Test(
    .needs(program: "lspci"),
    .needsCorpus)
  func `lspci reads the dump of every dump as the dump itself`() async throws {
    let outcome = try await pcicfg.bash(
      """
      PATH=$PATH:/sbin:/usr/sbin
      for file in "$PCICFG_CORPUS"/lspci-dumps/*; do
        "$0" dump -F "$file" >"$1"
        cmp <(lspci -nDxxxx -F "$file") <(lspci -nDxxxx -F "$1") && echo same
      done
      rm -f "$1"
      """,
      [FileManager.default.temporaryDirectory.path + "/pcicfg-test-\(UUID().uuidString)"])
    let lines = outcome.output.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0 == "same" }, "\(outcome.output)")
    #expect(outcome.errors == "")
  }
}
