import Foundation
import TestSupport
import Testing

struct VerifyCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  /// A record with one function, whose files in sysfs and procfs have these first bytes.
  private func record(sysfs: [UInt8], procfs: [UInt8]?) throws -> TemporaryDirectory {
    let root = try TemporaryDirectory()
    for (name, bytes) in [
      ("sys/bus/pci/devices/0000:00:02.0/config", sysfs), ("proc/bus/pci/00/02.0", procfs),
    ] {
      guard let bytes else { continue }
      try root.write(name, bytes + [UInt8](repeating: 0, count: 256 - bytes.count))
    }
    return root
  }

  @Test func `a record whose modes agree ends with status 0`() async throws {
    let root = try record(sysfs: [0x86, 0x80, 0xD3, 0x10], procfs: [0x86, 0x80, 0xD3, 0x10])
    let outcome = try await pcicfg.run("verify", "--root", root.path)
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(
      outcome.output.hasPrefix(
        "Verdict    good\nRegisters  64 identical, 0 volatile, 0 different, in 1 function\n"))
  }

  @Test func `a difference ends with status 1, and the document names it`() async throws {
    let root = try record(sysfs: [0x86, 0x80, 0xD3, 0x10], procfs: [0x86, 0x80, 0xD4, 0x10])
    let outcome = try await pcicfg.run("verify", "--root", root.path, "--json")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors == "")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "pcicfg.verify")
    #expect(document["version"] as? Int == 1)
    let findings = try #require(document["findings"] as? [[String: String]])
    #expect(findings.map { $0["tag"] } == ["procfs-differs"])
    #expect(findings.map { $0["severity"] } == ["error"])
    #expect(findings.map { $0["function"] } == ["0000:00:02.0"])
  }

  @Test func `nothing to compare is status 2`() async throws {
    let root = try record(sysfs: [0x86, 0x80, 0xD3, 0x10], procfs: nil)
    let outcome = try await pcicfg.run("verify", "--root", root.path)
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors == "pcicfg: no register could be read through two modes\n")
  }

  @Test func `a mode that there is not is a usage error, and --raw excludes --root`() async throws {
    let unknown = try await pcicfg.run("verify", "--raw", "port")
    #expect(
      unknown
        == Tool.Outcome(
          status: .exited(64), output: "",
          errors: "pcicfg: --raw port: expected conf1, ecam\n"))
    let both = try await pcicfg.run("verify", "--raw", "ecam", "--root", "/")
    #expect(both.status == .exited(64))
    #expect(both.output == "")
  }

  @Test func `help fits 80 columns`() async throws {
    let help = try await pcicfg.run("verify", "--help")
    #expect(help.status == .exited(0))
    #expect(help.output.contains("Examples:"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
