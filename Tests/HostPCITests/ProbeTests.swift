import Foundation
import HostPCI
import HostReports
import LinuxHost
import PCIConfig
import TestSupport
import Testing

struct ProbeTests {
  /// Machines of every kind, by what is done to Q35.
  private static func machines() throws -> [RecordedMachine] {
    let changes: [(RecordedMachine) throws -> Void] = [
      { _ in },
      { try $0.answers(ioperm: "EPERM", memory: "EACCES") },
      { try $0.answers(map: "EPERM") },
      { try $0.remove("sys/bus") },
      { try $0.remove("proc") },
      { try $0.write("cpuid", cpuid(hypervisorBit: false, "KVMKVMKVM\0\0\0")) },
      { try $0.write("cpuid", cpuid(hypervisorBit: true, "Some other !")) },
      { try $0.write("sys/class/misc/tdx_guest/dev", "10:125") },
      { try $0.write("proc/xen/capabilities", "control_d") },
      { try $0.write("sys/class/dmi/id/product_name", String(repeating: "long ", count: 60)) },
    ]
    return try changes.map { change in
      let machine = try RecordedMachine.q35()
      try change(machine)
      return machine
    } + [RecordedMachine()]
  }

  @Test func `the text begins with the answers`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(map: "EPERM")
    let lines = try machine.probe().text.split(separator: "\n", omittingEmptySubsequences: false)
    let answers = lines.drop { !$0.hasPrefix("Hypervisor") }.prefix(10)
    #expect(
      answers.joined(separator: "\n") == """
        Hypervisor   kvm (this is a guest)
        Machine      QEMU, Standard PC (Q35 + ICH9, 2009)
        PCI          3 functions, segment 0000

        Access mode            0x00-0xff        0x100-0xfff
          sysfs                works            works
          procfs               works            works
          mechanism 1 (ports)  works            out of reach
          ECAM (/dev/mem)      refused          refused
          the kernel itself    mechanism 1      ECAM
        """)
  }

  @Test func `no line is longer than 80 columns or ends with a blank`() throws {
    for machine in try Self.machines() {
      for line in try machine.probe().text.split(separator: "\n") {
        #expect(line.count <= 80 || !line.dropFirst(16).contains(" "), "\(line)")
        #expect(line.last != " ")
      }
    }
  }

  @Test func `the document has schema and version, and says what the text says`() throws {
    for machine in try Self.machines() {
      let probe = try machine.probe()
      let data = try JSONEncoder().encode(ProbeDocument(probe))
      let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(object["schema"] as? String == "pcicfg.probe")
      #expect(object["version"] as? Int == 1)
      let modes = try #require(object["modes"] as? [[String: Any]])
      #expect(modes.compactMap { $0["mode"] as? String } == ["sysfs", "procfs", "conf1", "ecam"])
      #expect(
        modes.compactMap { $0["conventional"] as? String }
          == probe.modes.map(\.conventional.rawValue))
    }
  }

  @Test func `the document has the decision of the default policy`() throws {
    struct Document: Decodable {
      struct Choice: Decodable, Equatable {
        var mechanism: String
        var base: String?
        var functions: [String]
        var reasons: [String]
      }
      struct Decision: Decodable, Equatable {
        var policy: String
        var conventional: [Choice]
        var extended: [Choice]
        var obstacle: String?
      }
      struct Restriction: Decodable, Equatable {
        var name: String?
        var kind: String?
        var evidence: [String]
      }
      var decision: Decision
      var restriction: Restriction
    }
    func document(_ machine: RecordedMachine) throws -> Document {
      try JSONDecoder().decode(
        Document.self, from: try JSONEncoder().encode(ProbeDocument(try machine.probe())))
    }
    let region =
      "the region at 0xb0000000 (MCFG lists it, it is reserved, the host bridge holds it, "
      + "the kernel uses it)"
    let machine = try RecordedMachine.q35()
    try machine.remove("sys/bus/pci/devices/0000:00:02.0")
    let agreeing = Document.Choice(
      mechanism: "ecam", base: "0xb0000000", functions: ["0000:00:00.0", "0000:00:1f.2"],
      reasons: ["a guest", region, "both mechanisms show the same function at 0000:00:00.0"])
    #expect(
      try document(machine).decision
        == Document.Decision(
          policy: "verified", conventional: [agreeing], extended: [agreeing], obstacle: nil))
    #expect(
      try document(machine).restriction
        == Document.Restriction(name: nil, kind: nil, evidence: []))
    try machine.write("proc/xen/capabilities", "control_d")
    #expect(
      try document(machine).restriction
        == Document.Restriction(
          name: "xen-paravirtual", kind: "Xen dom0",
          evidence: ["/proc/xen/capabilities has control_d"]))
    #expect(
      try document(RecordedMachine()).decision
        == Document.Decision(
          policy: "verified", conventional: [], extended: [],
          obstacle: "the system knows no PCI function"))
  }

  @Test func `firmware strings give a hidden hypervisor away`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("cpuid", cpuid(hypervisorBit: false, "KVMKVMKVM\0\0\0"))
    let text = try machine.probe().text
    #expect(text.hasPrefix("Record") && text.contains("\nHypervisor   none shows itself, but DMI"))
    #expect(
      text.contains(
        "    but   DMI sys_vendor is \"QEMU\": a virtual machine whose hypervisor hides"))
  }

  @Test func `a record that is no directory is refused`() throws {
    let machine = try RecordedMachine.q35()
    let absent = SystemFailure("open", machine.root + "/none", .errno(ENOENT))
    #expect(throws: RecordUnavailable.failed(absent)) {
      _ = try Host(recordedAt: machine.root + "/none")
    }
    let file = SystemFailure("open", machine.root + "/cpuid", .errno(ENOTDIR))
    #expect(throws: RecordUnavailable.failed(file)) {
      _ = try Host(recordedAt: machine.root + "/cpuid")
    }
  }

  @Test func `garbage in any file is survived`() throws {
    var generator = SeededGenerator(seed: 0x9E37_79B9_7F4A_7C15)
    let names = [
      "cpuid", "answers", "proc/iomem", "proc/ioports", "proc/cmdline", "proc/self/status",
      "sys/firmware/acpi/tables/MCFG", "sys/kernel/security/lockdown",
      "sys/firmware/memmap/2/start", "sys/firmware/memmap/2/type",
      "sys/bus/pci/devices/0000:00:00.0/config", "sys/class/dmi/id/sys_vendor",
      "boot/config-6.12.117", "proc/sys/kernel/osrelease",
    ]
    let machine = try RecordedMachine.q35()
    let originals = try names.map {
      try Data(contentsOf: URL(fileURLWithPath: machine.root + "/" + $0))
    }
    for (name, original) in zip(names, originals) {
      for round in 0..<24 {
        var bytes = [UInt8](original)
        for _ in 0...(round / 4) {
          switch generator.next() % 3 {
          case 0 where !bytes.isEmpty:
            bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(
              truncatingIfNeeded: generator.next())
          case 1 where !bytes.isEmpty:
            bytes.removeLast(Int(generator.next() % UInt64(bytes.count)))
          default:
            bytes.append(contentsOf: bytes.prefix(40))
            bytes.append(UInt8(truncatingIfNeeded: generator.next()))
          }
        }
        try machine.write(name, bytes)
        #expect(try machine.probe().text.contains("Access mode"))
      }
      try machine.write(name, [UInt8](original))
    }
    #expect(try machine.probe().availability(.ecam) == [.works, .works])
  }

  @Test func `this machine can be looked at`() {
    let probe = Probe(.live, rawAccess: .samples([.mechanism1, .ecam]))
    #expect(probe.record == nil)
    #expect(probe.hypervisor.value != nil)
    #expect(probe.modes.map(\.mode) == AccessMode.allCases)
    #expect(probe.report(.mechanism1)?.evidence.isEmpty == false)
  }
}
