import TestSupport
import Testing

/// A dump stands for the machine on every command that looks at one.
struct DumpFileTests {
  private let pcicfg = Tool(name: "pcicfg")
  private let dump = Array(
    "00:02.0 Ethernet\n00: 86 80 d3 10 00 00 00 00 00 00 00 02 00 00 00 00\n".utf8)

  @Test func `probe looks at it`() async throws {
    let file = try TemporaryFile(dump)
    let outcome = try await pcicfg.run("probe", "-F", file.path)
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(
      outcome.output.hasPrefix(
        """
        Record       \(file.path) (a dump: registers, and nothing else)
        Hypervisor   not known: the record has no cpuid
        PCI          1 function, segment 0000

        """))
    #expect(outcome.output.contains("\n  the dump             0x00-0x3f only   "))
    #expect(outcome.output.contains("    saw   0000:00:02.0 register 0x40: not in the dump\n"))
    #expect(outcome.output.contains("    why   the dump holds no more bytes\n"))
    #expect(!outcome.output.contains("sysfs"))
  }

  @Test func `what is left out of its text is said`() async throws {
    let file = try TemporaryFile(Array("00:20.0 x\n00: 86 80\n\n".utf8) + dump)
    let outcome = try await pcicfg.run("probe", "-F", file.path)
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors
        == "pcicfg: \(file.path): line 1: 00:20.0: expected a device up to 1f and a function up to "
        + "7: left out\n")
  }

  @Test func `policy needs to be told the hypervisor, and then decides`() async throws {
    let file = try TemporaryFile(dump)
    let untold = try await pcicfg.run("policy", "-F\(file.path)")
    #expect(
      untold
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: hypervisor unknown: neither a dump nor a recording without cpuid "
            + "contains it: name it with --hypervisor, or none\n"))
    let told = try await pcicfg.run(
      "policy", "-F", file.path, "--hypervisor", "none", "--policy", "linux")
    #expect(
      told
        == .init(
          status: .exited(0),
          output: """
            function 0000:00:02.0

            policy       0x00-0xff      0x100-0xfff
            linux        mechanism 1    refused

            linux, 0x00-0xff: mechanism 1: mechanism 1 answers
            linux, 0x100-0xfff: refused: mechanism 1 reaches registers below 0x100, not
              0x100; no known region decodes bus 00

            Note: by --hypervisor none, not by what the machine shows
            Note: whether mechanism 1 answers is not known, and taken for yes, as on every
              PC: a dump does not tell
            Note: which ECAM regions there are is not known: a dump does not tell

            """, errors: ""))
  }

  @Test func `what it cannot tell is one line, status 2`() async throws {
    let file = try TemporaryFile(dump)
    for (command, reason) in [
      ("verify", "no register could be read through two modes"),
      (
        "mcfg",
        "\(file.path): a dump has no MCFG table: look at a record (--root), or name a file with the "
          + "table: pcicfg mcfg FILE"
      ),
      (
        "hypervisor",
        "\(file.path): a dump does not tell of a hypervisor: look at a record (--root)"
      ),
    ] {
      let outcome = try await pcicfg.run(command, "-F", file.path)
      #expect(outcome.status == .exited(2))
      #expect(outcome.errors == "pcicfg: \(reason)\n")
    }
  }

  @Test func `it excludes a record`() async throws {
    for command in ["probe", "policy", "verify", "mcfg", "hypervisor"] {
      #expect(
        try await pcicfg.run(command, "-F", "/dev/null", "--root", "/")
          == .init(
            status: .exited(64), output: "",
            errors: "pcicfg: -F and --root exclude each other: expected at most one (see 'pcicfg "
              + "\(command) --help')\n"))
    }
  }
}
