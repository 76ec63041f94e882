import Foundation
import TestSupport
import Testing

struct SnapshotCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  /// The record of a function, whose serial number and command line tell who has it.
  private func record() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    var bytes = [UInt8](repeating: 0, count: 4096)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 0xD3, 0x10])
    bytes.replaceSubrange(0x100..<0x104, with: [3, 0, 1, 0])
    bytes.replaceSubrange(0x104..<0x10C, with: Array("IDENTITY".utf8))
    try directory.write("sys/bus/pci/devices/0000:00:02.0/config", bytes)
    try directory.write("proc/cmdline", Array("root=UUID=IDENTITY pci=nommconf\n".utf8))
    return directory
  }

  @Test func `this machine's snapshot stands for it on every command`() async throws {
    let directory = try TemporaryDirectory()
    let saved = directory.path + "/machine"
    let outcome = try await pcicfg.run("snapshot", "save", saved, "--compare")
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.hasPrefix("written   \(saved): "))
    #expect(outcome.output.hasSuffix("compare   pcicfg diff \(saved) live\n"))
    #expect(try directory.names == ["machine"])
    #expect(FileManager.default.fileExists(atPath: saved + "/about"))
    func release(_ root: String) throws -> String {
      try String(contentsOfFile: root + "/proc/sys/kernel/osrelease", encoding: .utf8)
        .trimmingCharacters(in: .newlines)
    }
    let release = (live: try release(""), saved: try release(saved))
    // What a record holds is always used: the live machine is asked the same by --compare.
    for command in [
      "probe --compare", "policy --compare", "list -nnvxxxx", "list -tv", "list -vmm",
      "list --json", "dump", "hypervisor", "mcfg",
    ] {
      func run(_ more: String) async throws -> Tool.Outcome {
        try await pcicfg.bash("\"$0\" \(command) \(more)", [saved])
      }
      var live = try await run("")
      var recorded = try await run("--root \"$1\"")
      recorded.output = recorded.output
        .replacingOccurrences(of: "Record       \(saved)\n", with: "")
        .replacingOccurrences(of: saved, with: "")
      if command == "mcfg" && live.status == .exited(2) {
        #expect(recorded.status == .exited(2))
        continue
      }
      recorded.errors = live.errors
      if release.live != release.saved {
        // A name of the builder's own is not in the record, and lines break elsewhere without it.
        func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
        live.output = live.output.replacingOccurrences(of: release.live, with: release.saved)
        #expect(words(recorded.output) == words(live.output), "\(command)")
        continue
      }
      #expect(recorded == live, "\(command)")
    }
  }

  @Test func `what was written and left out as JSON`() async throws {
    let original = try record()
    let directory = try TemporaryDirectory()
    let copy = directory.path + "/copy"
    #expect(
      try await pcicfg.run("snapshot", "save", copy, "--root", original.path, "--json")
        == .init(
          status: .exited(0),
          output: """
            {
              "directory" : "\(copy)",
              "files" : 2,
              "functions" : 1,
              "omissions" : [
                "options for other things than PCI and memory: 1 of /proc/cmdline",
                "Device Serial Number (zeros instead): 0000:00:02.0"
              ],
              "schema" : "pcicfg.snapshot",
              "version" : 1
            }

            """, errors: ""))
  }

  @Test func `a record is copied, and who has it is left out`() async throws {
    let original = try record()
    let directory = try TemporaryDirectory()
    let copy = directory.path + "/copy"
    #expect(
      try await pcicfg.run("snapshot", "save", copy + "/", "--root", original.path)
        == .init(
          status: .exited(0),
          output: """
            written   \(copy)/: 1 function, 2 files
            left out  options for other things than PCI and memory: 1 of /proc/cmdline
            left out  Device Serial Number (zeros instead): 0000:00:02.0
            look      pcicfg probe --root \(copy)/
            compare   pcicfg diff \(copy)/ live

            """, errors: ""))
    let search = try await pcicfg.bash("grep -r IDENTITY \"$1\"", [copy])
    #expect(search == .init(status: .exited(1), output: "", errors: ""))
    let whole = directory.path + "/whole"
    let outcome = try await pcicfg.run(
      "snapshot", "save", whole, "--root", original.path, "--include-serial-numbers")
    #expect(outcome.status == .exited(0))
    let found = try await pcicfg.bash("cd \"$1\"; grep -rl IDENTITY .", [whole])
    #expect(found.output == "./sys/bus/pci/devices/0000:00:02.0/config\n")
  }

  @Test func `only the user can read it`() async throws {
    let original = try record()
    let directory = try TemporaryDirectory()
    let outcome = try await pcicfg.bash(
      "umask 0; \"$0\" snapshot save \"$1/copy\" --root \"$2\" && find \"$1/copy\" -perm /077",
      [directory.path, original.path])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.hasSuffix("live\n"), "\(outcome.output)")
  }

  @Test func `a refusal to tell of the functions is status 2`() async throws {
    let original = try record()
    try original.write("answers", Array("open /sys/bus/pci/devices: EACCES\n".utf8))
    let directory = try TemporaryDirectory()
    #expect(
      try await pcicfg.run("snapshot", "save", directory.path + "/copy", "--root", original.path)
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: open /sys/bus/pci/devices: EACCES (Permission denied)\n"))
    #expect(try directory.names == [])
  }

  @Test func `a recording of version 1 is copied as version 2, and its damaged lines are named`()
    async throws
  {
    let original = try record()
    try original.write("answers", "open /sys/hypervisor/type: ENOENT\nnonsense\nioperm 0x60: ok\n")
    let directory = try TemporaryDirectory()
    let copy = directory.path + "/copy"
    let outcome = try await pcicfg.run("snapshot", "save", copy, "--root", original.path)
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors == """
        pcicfg: \(original.path)/answers: line 2: damaged: left out
        pcicfg: \(original.path)/answers: line 3: damaged: left out

        """)
    #expect(
      try String(contentsOfFile: copy + "/answers", encoding: .utf8)
        == "pcicfg-answers 2\nopen ENOENT sys/hypervisor/type\n")
  }

  @Test func `a recording of an unknown version is refused`() async throws {
    let original = try record()
    try original.write("answers", "pcicfg-answers 3\n")
    #expect(
      try await pcicfg.run("probe", "--root", original.path)
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: \(original.path)/answers: version 3: expected version 2 or older "
            + "(use a newer pcicfg)\n"))
  }

  @Test func `an empty directory is filled, another one is left alone`() async throws {
    let original = try record()
    let empty = try TemporaryDirectory()
    let first = try await pcicfg.run("snapshot", "save", empty.path, "--root", original.path)
    #expect(first.status == .exited(0))
    #expect(try empty.names == ["about", "proc", "sys"])
    let again = try await pcicfg.run("snapshot", "save", empty.path, "--root", original.path)
    #expect(
      again
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: \(empty.path) is there already: expected a directory that does not "
            + "exist or is empty\n"))
    let file = try TemporaryFile([1])
    let overFile = try await pcicfg.run("snapshot", "save", file.path, "--root", original.path)
    #expect(overFile.status == .exited(2))
    #expect(overFile.errors.hasPrefix("pcicfg: \(file.path) is there already: "))
    let current = try TemporaryDirectory()
    #expect(
      try await pcicfg.bash(
        "cd \"$1\" && \"$0\" snapshot save . --root \"$2\"", [current.path, original.path])
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: . is the current directory: expected another one\n"))
  }

  @Test func `what cannot be written leaves nothing behind`() async throws {
    let original = try record()
    let directory = try TemporaryDirectory()
    let inside = directory.path + "/none/machine"
    #expect(
      try await pcicfg.run("snapshot", "save", inside, "--root", original.path)
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: mkdir \(inside): ENOENT (No such file or directory): nothing was "
            + "written\n"))
    // A full disk: no file may have a byte.
    let full = try await pcicfg.bash(
      "ulimit -f 0; trap '' XFSZ; \"$0\" snapshot save \"$1/machine\" --root \"$2\"",
      [directory.path, original.path])
    #expect(full.status == .exited(2))
    #expect(full.output == "")
    #expect(full.errors.contains("EFBIG"))
    #expect(full.errors.hasSuffix(": nothing was written\n"))
    #expect(try directory.names == [])
  }

  /// Runs a copy of the program as nobody, where this test is run by root.
  @Test func `it works without root, and shows what that shows`() async throws {
    let directory = try TemporaryDirectory()
    let outcome = try await pcicfg.bash(
      """
      cp "$0" "$1/pcicfg" && chmod 755 "$1/pcicfg" && mkdir "$1/out" && chmod 777 "$1/out" || exit 9
      [ "$(id -u)" != 0 ] || nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
      $nobody "$1/pcicfg" snapshot save "$1/out/machine" --compare >/dev/null || exit 8
      $nobody "$1/pcicfg" probe --compare >"$1/live" || exit 7
      "$1/pcicfg" probe --root "$1/out/machine" | tail -n +2 | diff "$1/live" - && echo same
      """, [directory.path])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output == "same\n")
  }

  @Test(arguments: [["snapshot"], ["snapshot", "save"], ["diff"]])
  func `help fits 80 columns and has examples`(command: [String]) async throws {
    let help = try await pcicfg.bash("\"$0\" \"$@\" --help", command)
    #expect(help.status == .exited(0))
    #expect(help.output.contains("Exit status: "))
    #expect(help.output.contains("Examples:"))
    let lines = help.output.split(separator: "\n").filter { !$0.hasPrefix("USAGE: ") }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }
}
