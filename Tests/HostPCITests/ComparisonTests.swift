import HostPCI
import LinuxHost
import PCIConfig
import TestSupport
import Testing

private let bridge = FunctionAddress(routingID: 0x0000)
private let network = FunctionAddress(routingID: 0x0010)
private let disk = FunctionAddress(routingID: 0x00FA)

extension RecordedMachine {
  /// Q35 with what ECAM answers for the network card, too.
  fileprivate static func compared(network value: String = "0x10d38086") throws -> RecordedMachine {
    let machine = try q35()
    let answers = try String(contentsOfFile: machine.root + "/answers", encoding: .utf8)
    try machine.write(
      "answers",
      answers + """
        map-memory ok 0xb0010000
        ecam \(value) 0000:00:02.0 0x00
        ecam 0x02000000 0000:00:02.0 0x08
        """)
    return machine
  }
}

@Suite struct MechanismComparisonTests {
  @Test func `functions that show the same through sysfs and ECAM agree`() throws {
    let probe = try RecordedMachine.compared().probe()
    #expect(probe.comparison.agreeing == [bridge, network, disk])
    #expect(probe.comparison.differing == [])
    #expect(probe.comparison.note == nil)
    let facts = try #require(probe.accessFacts)
    for function in [bridge, network, disk] {
      #expect(
        AccessPolicy.verified.decide(function, 0x00, on: facts)
          == AccessDecision(
            mechanism: .ecam(facts.regions[0].region),
            reasons: [.guest, .region(facts.regions[0]), .agrees(function)]))
    }
  }

  @Test func `one that differs stays with mechanism 1, it alone`() throws {
    let probe = try RecordedMachine.compared(network: "0xffffffff").probe()
    #expect(probe.comparison.agreeing == [bridge, disk])
    #expect(probe.comparison.differing == [network])
    let facts = try #require(probe.accessFacts)
    #expect(AccessPolicy.verified.decide(network, 0x00, on: facts).mechanism == .mechanism1)
    #expect(AccessPolicy.verified.decide(network, 0x100, on: facts).mechanism == .refused)
    #expect(
      AccessPolicy.verified.decide(disk, 0x00, on: facts).mechanism
        == .ecam(facts.regions[0].region))
  }

  @Test func `what the record does not hold is not compared, and the note says so`() throws {
    let comparison = try RecordedMachine.q35().probe().comparison
    #expect(comparison.agreeing == [bridge, disk])
    #expect(
      comparison.note
        == "not compared: the record does not hold what ECAM answers for each function")
  }

  @Test func `a function without power is not compared`() throws {
    let machine = try RecordedMachine.compared()
    try machine.write("sys/bus/pci/devices/0000:00:02.0/power_state", "D3cold")
    #expect(try machine.probe().comparison.agreeing == [bridge, disk])
  }

  @Test func `a refusal is a cause with what would help`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(map: "EPERM")
    let comparison = try machine.probe().comparison
    #expect(comparison.agreeing == [])
    #expect(
      comparison.causes == [
        "mmap /dev/mem at 0xb0000000: EPERM (Operation not permitted)",
        "the kernel is built with CONFIG_STRICT_DEVMEM: "
          + "/dev/mem maps nothing that the kernel or a driver has",
      ])
    #expect(
      comparison.remedies
        == ["boot with iomem=relaxed; sysfs reads the same registers meanwhile"])
  }

  @Test func `sysfs stands for mechanism 1 only where the kernel uses that`() throws {
    let machine = try RecordedMachine.compared()
    try machine.write("proc/ioports", "03f8-03ff : serial")
    let comparison = try machine.probe().comparison
    #expect(comparison.agreeing == [])
    #expect(
      comparison.causes == [
        "the kernel is not known to use mechanism 1: sysfs cannot stand for it"
      ])
  }

  @Test func `a region that is not vouched for is not read`() throws {
    let machine = try RecordedMachine.compared()
    try machine.memory(4, 0xB800_0000, 0xB800_0FFF, "System RAM")
    let comparison = try machine.probe().comparison
    #expect(comparison.agreeing == [])
    #expect(comparison.causes == ["the region at 0xb0000000 overlaps memory: not tried"])
  }

  @Test func `without being asked nothing on this machine is read past the kernel`() {
    let probe = Probe(.live)
    #expect(probe.modes.map(\.mode) == AccessMode.allCases)
    for mode in AccessMode.allCases where mode.isRaw {
      #expect(probe.report(mode)?.evidence == [])
      #expect(probe.report(mode)?.causes == ["not requested"])
      #expect(probe.report(mode)?.remedies == ["as root: --raw \(mode.rawValue)"])
    }
    #expect(probe.comparison.agreeing == [])
    #expect(probe.comparison.causes == ["not requested"])
  }
}

@Suite struct ProbeDecisionTests {
  private func end(of machine: RecordedMachine) throws -> String {
    let text = try machine.probe().text
    let start = try #require(text.range(of: "\nDecision "))
    return String(text[start.lowerBound...].dropFirst())
  }

  @Test func `the report ends with the decision of the default policy`() throws {
    #expect(
      try end(of: .compared()) == """
        Decision     by policy verified, the default
          0x00-0xff    ECAM (the kernel uses mechanism 1): a guest; the region at
                       0xb0000000; both mechanisms show the same function at
                       0000:00:00.0
          0x100-0xfff  ECAM, as the kernel: a guest; the region at 0xb0000000; both
                       mechanisms show the same function at 0000:00:00.0

        """)
  }

  @Test func `functions that are decided otherwise have a line of their own`() throws {
    let text = try end(of: .compared(network: "0xffffffff"))
    #expect(
      text.contains("  0x00-0xff    ECAM for 2 of 3 functions (the kernel uses mechanism 1): "))
    #expect(text.contains("  0x00-0xff    mechanism 1 for 1 of 3 functions, as the kernel: "))
    #expect(text.contains("  0x100-0xfff  refused for 1 of 3 functions (the kernel uses ECAM): "))
  }

  @Test func `bare metal needs no more than a line`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("cpuid", cpuid(hypervisorBit: false, "KVMKVMKVM\0\0\0"))
    try machine.remove("sys/class/dmi")
    #expect(
      try end(of: machine).contains(
        "  0x00-0xff    mechanism 1, as the kernel: no guest; mechanism 1 answers\n"))
  }

  @Test func `what hinders a decision is said in its place`() throws {
    #expect(
      try end(of: RecordedMachine()) == "Decision     none: the system knows no PCI function\n")
    let machine = try RecordedMachine.q35()
    try machine.remove("cpuid")
    try machine.remove("sys/class/dmi")
    #expect(
      try end(of: machine)
        == "Decision     none: it is not known whether there is a hypervisor\n")
  }
}
