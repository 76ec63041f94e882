import Foundation
import PCIConfig
import TestSupport
import Testing

struct PcicfgCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  @Test func `probe looks at this machine`() async throws {
    let outcome = try await pcicfg.run("probe")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(outcome.output.hasPrefix("Hypervisor   "))
    for title in ["sysfs", "procfs", "mechanism 1 (ports)", "ECAM (/dev/mem)", "the kernel itself"]
    {
      #expect(outcome.output.contains("\n  \(title)"))
    }
  }

  @Test func `probe --json writes one document`() async throws {
    let outcome = try await pcicfg.run("probe", "--json")
    #expect(outcome.status == .exited(0))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "pcicfg.probe")
    #expect(object["version"] as? Int == 1)
    #expect(object["record"] == nil)
    let decision = try #require(object["decision"] as? [String: Any])
    #expect(decision["policy"] as? String == "verified")
    #expect(outcome.output.hasSuffix("}\n"))
  }

  @Test func `probe --root looks at the record and nothing else`() async throws {
    let root = try TemporaryDirectory()
    try root.write("sys/file", "")
    let outcome = try await pcicfg.run("probe", "--root", root.path)
    let within = try await pcicfg.run("probe", "--root", root.path + "/sys")
    #expect(
      within
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: \(root.path)/sys: has no sys/, proc/ or cpuid: "
            + "expected the directory of a recorded machine\n"))
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.contains("Hypervisor   not known: the record has no cpuid\n"))
    #expect(outcome.output.contains("PCI          none: /sys/bus/pci/devices does not exist\n"))
  }

  @Test func `a record that is not there ends with status 2 and one line`() async throws {
    let outcome = try await pcicfg.run("probe", "--root", "/nonexistent")
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: /nonexistent: ENOENT (No such file or directory): "
            + "expected the directory of a recorded machine\n"))
  }

  @Test func `an unknown option is a usage error with a suggestion`() async throws {
    let outcome = try await pcicfg.run("probe", "--jsno")
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(64), output: "",
          errors: "pcicfg: unknown option '--jsno': did you mean '--json'? "
            + "(see 'pcicfg probe --help')\n"))
  }

  @Test func `version and help answer on standard output`() async throws {
    let version = try await pcicfg.run("--version")
    #expect(
      version
        == Tool.Outcome(status: .exited(0), output: "\(PCIConfigVersion.current)\n", errors: ""))
    let help = try await pcicfg.run("probe", "--help")
    #expect(help.status == .exited(0))
    #expect(help.output.contains("Examples:"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `a reader that stops early is no error`() async throws {
    // `trap` lets the write return EPIPE in place of the signal.
    for ignored in ["", "trap '' PIPE; "] {
      let outcome = try await pcicfg.bash(
        ignored + "{ \"$0\" probe --json; echo $? >&2; } | head -n 1", [])
      #expect(outcome.output == "{\n")
      #expect(["0\n", "141\n"].contains(outcome.errors))
    }
  }

  @Test(arguments: [
    ("lst", "lst: no such command: did you mean 'list'? (see 'pcicfg --help')"),
    ("help lst", "lst: no such command: did you mean 'list'? (see 'pcicfg --help')"),
    ("lst --help", "lst: no such command: did you mean 'list'? (see 'pcicfg --help')"),
    ("snapshot sav x", "sav: no such command: did you mean 'save'? (see 'pcicfg snapshot --help')"),
    (
      "help snapshot nosuch",
      "nosuch: no such command: expected save (see 'pcicfg snapshot --help')"
    ),
    ("--hlep", "unknown option '--hlep': did you mean '--help'? (see 'pcicfg --help')"),
    ("list -json", "unknown option '-json': did you mean '--json'? (see 'pcicfg list --help')"),
    (
      "policy --polciy x",
      "unknown option '--polciy': did you mean '--policy'? (see 'pcicfg policy --help')"
    ),
    ("policy --policy verifed", "--policy verifed: did you mean 'verified'?"),
    ("policy --hypervisor vmwere", "--hypervisor vmwere: did you mean 'vmware'?"),
    ("bench --raw ecma", "--raw ecma: did you mean 'ecam'?"),
    (
      "read -s 0.0 --access procsf 0.l",
      "--access procsf: did you mean 'procfs'? (see 'pcicfg read --help')"
    ),
    ("read -s 0.0 comand", "comand: no such register: did you mean 'COMMAND'?"),
    ("write -s 0.0 CAP_EPX+8.w=1", "CAP_EPX+8.w=1: no such register: did you mean 'CAP_EXP'?"),
    (
      "snapshot save",
      "missing expected argument '<directory>' (see 'pcicfg snapshot save --help')"
    ),
  ])
  func `a misspelled name is an error with the nearest`(
    arguments: String, line: String
  ) async throws {
    #expect(
      try await pcicfg.bash("\"$0\" \(arguments)", [])
        == Tool.Outcome(status: .exited(64), output: "", errors: "pcicfg: \(line)\n"))
  }

  @Test(.needsOwnMounts, arguments: ["pcicfg", "guestctl", "vmm"])
  func `without /proc, where the arguments would be, it says so`(name: String) async throws {
    let outcome = try await Tool(name: name).bash(
      "unshare -m bash -c 'umount -l /proc && \"$0\" list' \"$0\"", [])
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "\(name): /proc is not mounted: expected it, "
            + "as the arguments are read from there\n"))
  }

  @Test(arguments: ["probe", "--help", "read --help", "--version"])
  func `output that cannot be written is status 2`(arguments: String) async throws {
    #expect(
      try await pcicfg.bash("\"$0\" \(arguments) >/dev/full", [])
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: standard output: No space left on device\n"))
    #expect(
      try await pcicfg.bash("\"$0\" \(arguments) >&-", [])
        == Tool.Outcome(status: .exited(2), output: "", errors: ""))
  }
}
