import Foundation
import PCIConfig
import TestSupport
import Testing

struct HypervisorCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  /// Runs the command on a record that consists of these files.
  private func run(_ files: [String: String], _ arguments: String...) async throws -> Tool.Outcome {
    let root = try TemporaryDirectory()
    for (name, text) in files { try root.write(name, text) }
    return try await pcicfg.bash(
      "\"$0\" hypervisor --root \"$@\"", [root.path] + arguments)
  }

  /// A line of `cpuid -r`.
  private func leaf(
    _ leaf: UInt32, _ eax: UInt32 = 0, _ ebx: UInt32 = 0, _ ecx: UInt32 = 0, _ edx: UInt32 = 0
  ) -> String {
    func text(_ value: UInt32) -> String { "0x" + hexadecimal(value, digits: 8) }
    return "   \(text(leaf)) 0x00: eax=\(text(eax)) ebx=\(text(ebx)) ecx=\(text(ecx)) "
      + "edx=\(text(edx))\n"
  }

  private func leaf(_ base: UInt32, _ signature: HypervisorSignature, last: UInt32 = 1) -> String {
    leaf(base, base + last, signature.ebx, signature.ecx, signature.edx)
  }

  private var isGuest: String { leaf(1, 0, 0, 1 << 31) }
  private var isBare: String { leaf(1) }
  private let hyperV = HypervisorSignature(ebx: 0x7263_694D, ecx: 0x666F_736F, edx: 0x7648_2074)

  @Test func `every known signature is printed as its name`() async throws {
    for (signature, hypervisor) in HypervisorSignature.table {
      #expect(
        try await run(["cpuid": isGuest + leaf(0x4000_0000, signature)])
          == Tool.Outcome(status: .exited(0), output: "\(hypervisor.name)\n", errors: ""))
    }
  }

  @Test func `enlightenments do not hide KVM and Xen`() async throws {
    for (signature, hypervisor) in HypervisorSignature.table.filter({
      $0.hypervisor == .kvm || $0.hypervisor == .xen
    }) {
      let record =
        isGuest + leaf(0x4000_0000, hyperV, last: 6) + leaf(0x4000_0003, 0xAE7F, 0x28)
        + leaf(0x4000_0100, signature)
      #expect(
        try await run(["cpuid": record])
          == Tool.Outcome(status: .exited(0), output: "\(hypervisor.name)\n", errors: ""))
    }
  }

  @Test func `bare metal is none with status 1`() async throws {
    #expect(
      try await run(["cpuid": isBare])
        == Tool.Outcome(status: .exited(1), output: "none\n", errors: ""))
  }

  @Test func `a root partition is none, and JSON tells whose`() async throws {
    let record = isGuest + leaf(0x4000_0000, hyperV, last: 12) + leaf(0x4000_0003, 0x3FFF, 0x1001)
    #expect(
      try await run(["cpuid": record])
        == Tool.Outcome(status: .exited(1), output: "none\n", errors: ""))
    let outcome = try await run(["cpuid": record], "--json")
    #expect(outcome.status == .exited(1))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "pcicfg.hypervisor")
    #expect(object["version"] as? Int == 1)
    #expect(object["name"] as? String == "none")
    #expect(object["isGuest"] as? Bool == false)
    #expect(object["verdict"] as? String == "host")
    #expect(object["host"] as? String == "hyper-v")
    #expect(
      object["reasons"] as? [String] == [
        "CPUID leaf 0x40000000: \"Microsoft Hv\"",
        "CPUID leaf 0x40000003: EBX bit 12, CpuManagement, is set: "
          + "this is the root partition, which counts as bare metal",
      ])
  }

  @Test func `an unknown signature and an empty one are guests`() async throws {
    let other = HypervisorSignature(ebx: 0x2121_2121, ecx: 0x2121_2121, edx: 0x2121_2121)
    #expect(
      try await run(["cpuid": isGuest + leaf(0x4000_0000, other)])
        == Tool.Outcome(status: .exited(0), output: "unknown\n", errors: ""))
    #expect(
      try await run(["cpuid": isGuest + leaf(0x4000_0000)])
        == Tool.Outcome(status: .exited(0), output: "unnamed\n", errors: ""))
  }

  @Test func `the firmware tells of a hypervisor that hides`() async throws {
    #expect(
      try await run(["cpuid": isBare, "sys/class/dmi/id/sys_vendor": "VMware, Inc.\n"])
        == Tool.Outcome(status: .exited(0), output: "vmware\n", errors: ""))
  }

  @Test func `--quiet writes nothing`() async throws {
    #expect(
      try await run(["cpuid": isBare], "--quiet")
        == Tool.Outcome(status: .exited(1), output: "", errors: ""))
    let kvm = try #require(HypervisorSignature.table.first { $0.hypervisor == .kvm })
    #expect(
      try await run(["cpuid": isGuest + leaf(0x4000_0000, kvm.signature)], "--quiet")
        == Tool.Outcome(status: .exited(0), output: "", errors: ""))
  }

  @Test func `where it cannot look the status is 2 and one line says why`() async throws {
    let outcome = try await run(["sys/class/dmi/id/sys_vendor": "Dell Inc.\n"])
    #expect(outcome.status == .exited(2))
    #expect(outcome.output == "")
    #expect(
      outcome.errors.hasSuffix(
        ": no cpuid, and DMI names no virtual machine: "
          + "expected what 'cpuid -r' prints in the file cpuid\n"))
    #expect(outcome.errors.hasPrefix("pcicfg: /"))
    let missing = try await pcicfg.run("hypervisor", "--root", "/nonexistent")
    #expect(
      missing
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: /nonexistent: ENOENT (No such file or directory): "
            + "expected the directory of a recorded machine\n"))
  }

  @Test func `wrong usage is status 64`() async throws {
    let both = try await pcicfg.run("hypervisor", "--json", "--quiet")
    #expect(
      both
        == Tool.Outcome(
          status: .exited(64), output: "",
          errors: "pcicfg: --json and --quiet exclude each other "
            + "(see 'pcicfg hypervisor --help')\n"))
    #expect(try await pcicfg.run("hypervisor", "here").status == .exited(64))
  }

  @Test func `help has examples and the statuses`() async throws {
    let help = try await pcicfg.run("hypervisor", "--help")
    #expect(help.status == .exited(0))
    #expect(help.output.contains("Examples:") && help.output.contains("Exit status: 0 in a guest"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `this machine has one word`() async throws {
    let outcome = try await pcicfg.run("hypervisor")
    #expect(outcome.status == .exited(outcome.output == "none\n" ? 1 : 0))
    #expect(outcome.output.split(separator: "\n").count == 1)
    #expect(outcome.errors == "")
  }

  @Test(.needsCorpus)
  func `every recorded Firecracker guest is kvm`() async throws {
    let directory = try #require(TestMachine.corpus) + "/cpuid/firecracker"
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(!names.isEmpty)
    for name in names {
      let text = try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
      #expect(
        try await run(["cpuid": text])
          == Tool.Outcome(status: .exited(0), output: "kvm\n", errors: ""), "\(name)")
    }
  }
}
