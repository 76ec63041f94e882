import HostPCI
import PCIConfig
import TestSupport
import Testing

@Suite struct PolicyTests {
  @Test func `the facts of Q35 are what its files say`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/class/dmi/id/bios_date", "04/01/2014")
    let facts = try machine.probe().accessFacts
    let region = try ECAMRegion(base: 0xB000_0000, buses: 0...255)
    #expect(
      facts
        == AccessFacts(
          hypervisor: .guest(of: .kvm), mechanism1Answers: true,
          regions: [
            VouchedRegion(
              region, [.mcfg, .kernel, .reservation, .hostBridge],
              reserved: ReservedBytes(byE820: region.byteCount, byMotherboard: 0))
          ], firmwareYear: 2014,
          agreeing: [FunctionAddress(routingID: 0x0000), FunctionAddress(routingID: 0x00FA)]))
  }

  @Test func `a region over memory is a fact, too`() throws {
    let machine = try RecordedMachine.q35()
    try machine.memory(4, 0xB000_0000, 0xB00F_FFFF, "System RAM")
    #expect(try machine.probe().accessFacts?.regions.map(\.overlapsMemory) == [true])
  }

  @Test func `without a record of the processor there are no facts to decide on`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("cpuid")
    // DMI still tells of a virtual machine.
    #expect(try machine.probe().accessFacts?.hypervisor == .unnamed)
    try machine.remove("sys/class/dmi")
    #expect(try machine.probe().accessFacts == nil)
  }

  @Test(arguments: [
    ("quiet", false), ("pci=nommconf", true), ("pci=noaer,conf1", true), ("pci=noaer", false),
    ("quiet -- pci=nommconf", false),
  ])
  func `options that keep Linux from ECAM are facts`(line: String, leaves: Bool) throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/cmdline", line)
    #expect(try machine.probe().accessFacts?.linuxLeavesECAM == leaves)
  }

  @Test func `notes are for those whose decision rests on what is not known`() throws {
    let machine = try RecordedMachine.q35()
    func notes(_ routingID: UInt16, _ policy: AccessPolicy) throws -> [String] {
      let probe = try machine.probe()
      return PolicyTable(
        functions: [FunctionAddress(routingID: routingID)], policies: [policy],
        facts: try #require(probe.accessFacts), notes: probe.notes
      ).notes
    }
    let notCompared =
      "not compared: the record does not hold what ECAM answers for each function"
    #expect(try notes(0x0010, .verified) == [notCompared])
    #expect(try notes(0x0000, .verified) == [])
    #expect(try notes(0x0010, .linux) == [])
    try machine.remove("proc/ioports")
    try machine.remove("answers")
    #expect(
      try notes(0x0000, .linux) == [
        "whether mechanism 1 answers is not known, and taken for no: "
          + "/proc/ioports is not in the record"
      ])
  }

  @Test func `a user who may not see the region is told so`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/iomem", "00000000-00000000 : PCI ECAM 0000 [bus 00-ff]")
    try machine.remove("sys/firmware/acpi")
    for address in ["0000:00:00.0", "0000:00:02.0", "0000:00:1f.2"] {
      try machine.function(
        address, identification: 0x29C0_8086, classRevision: 0x0600_0000, size: 64)
    }
    let probe = try machine.probe()
    let facts = try #require(probe.accessFacts)
    #expect(facts.hiddenRegions == [HiddenECAMRegion(segment: 0, buses: 0...255)])
    #expect(
      probe.text.contains(
        """
          0x100-0xfff  ECAM, as the kernel: a guest; the kernel uses a region for
                       segment 0000, buses 00-ff, whose address only root may see;
        """))
    let table = PolicyTable(
      functions: [FunctionAddress(routingID: 0)], policies: [.linux], facts: facts)
    #expect(table.text.contains("\nlinux        mechanism 1    ECAM\n"))
    #expect(
      probe.comparison.note
        == "not compared: only root may see where the kernel's ECAM region is; run it as root (sudo)"
    )
  }

  @Test func `a region that only MCFG lists is touched by nobody, and decided for by nobody`()
    throws
  {
    let machine = try RecordedMachine.q35()
    try machine.remove("sys/firmware/memmap")
    try machine.write("proc/iomem", "00100000-1ffdefff : System RAM")
    try machine.function(
      "0000:00:00.0", identification: 0x29C0_8086, classRevision: 0x0600_0000, size: 256)
    let probe = try machine.probe()
    #expect(probe.text.contains("    ! not vouched for: it is not touched\n"))
    #expect(
      ProbeDecision(probe).conventional.map(\.decision) == [
        AccessDecision(
          mechanism: .mechanism1,
          reasons: [
            .guest, .regionOnlyListed(try ECAMRegion(base: 0xB000_0000, buses: 0...255)),
            .mechanism1Answers,
          ])
      ])
    #expect(ProbeDecision(probe).extended.map(\.decision.mechanism) == [.refused])
  }

  @Test(
    arguments: [
      ("04/01/2014", 2014), ("08/01/18", 2018), ("08/01/96", 1996), ("12/31/95", 2095),
      ("1/2/0", 2000), ("08/01/2018 ", 2018), ("2018", nil), ("08/01/", nil), ("1/1/10000", nil),
      ("1/1/65537", nil), ("", nil),
    ] as [(String, UInt16?)])
  func `the firmware's year is read as Linux reads it`(date: String, year: UInt16?) throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/class/dmi/id/bios_date", date)
    #expect(try machine.probe().accessFacts?.firmwareYear == year)
  }

  @Test func `the issuer of MCFG is a fact`() throws {
    let machine = try RecordedMachine.q35()
    #expect(try machine.probe().accessFacts?.mcfgIssuer == .init(revision: 1, isSGI: false))
    var table = mcfg([(base: 0xB000_0000, segment: 0, buses: 0...255)])
    table[8] = 0
    table.replaceSubrange(10..<13, with: Array("SGI".utf8))
    try machine.write("sys/firmware/acpi/tables/MCFG", table)
    #expect(try machine.probe().accessFacts?.mcfgIssuer == .init(revision: 0, isSGI: true))
  }

  @Test func `a function of another segment is not said to be reached by mechanism 1`() throws {
    let machine = try RecordedMachine.q35()
    try machine.function(
      "0001:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    let decision = ProbeDecision(try machine.probe())
    #expect(decision.conventional.map { $0.functions.map(\.segment) } == [[0, 0], [0], [1]])
    #expect(
      try machine.probe().text.contains(
        """
          0x00-0xff    refused for 1 of 4 functions (the kernel uses ECAM): a guest; no
        """))
  }

  @Test func `functions for which all policies decide the same share a table`() throws {
    let region = try ECAMRegion(base: 0xB000_0000, buses: 0...0)
    let facts = AccessFacts(
      hypervisor: .guest(of: .kvm), mechanism1Answers: true,
      regions: [VouchedRegion(region, [.mcfg, .reservation])],
      agreeing: [FunctionAddress(routingID: 0)])
    let functions = [UInt16(0x0000), 0x0008, 0x0100, 0x0108].map { FunctionAddress(routingID: $0) }
    let table = PolicyTable(functions: functions, policies: [.linux, .verified], facts: facts)
    #expect(
      table.groups.map(\.functions) == [
        [functions[0]], [functions[1]], [functions[2], functions[3]],
      ])
    #expect(
      PolicyTable(functions: [functions[2]], policies: [.linux, .verified], facts: facts).text
        == """
        function 0000:01:00.0

        policy       0x00-0xff      0x100-0xfff
        linux        mechanism 1    refused
        verified     mechanism 1    refused        the default

        linux, 0x00-0xff: mechanism 1: mechanism 1 answers
        linux, 0x100-0xfff: refused: mechanism 1 reaches registers below 0x100, not
          0x100; no known region decodes bus 01

        verified, 0x00-0xff: mechanism 1: a guest; no known region decodes bus 01;
          mechanism 1 answers
        verified, 0x100-0xfff: refused: a guest; no known region decodes bus 01;
          mechanism 1 reaches registers below 0x100, not 0x100

        """)
  }
}
