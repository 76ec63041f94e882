import HostPCI
import PCIConfig
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
          regions: [VouchedRegion(region, [.mcfg, .kernel, .reservation, .hostBridge])],
          firmwareYear: 2014, kernelUsesECAM: true))
  }

  @Test func `a region over memory is a fact, too`() throws {
    let machine = try RecordedMachine.q35()
    try machine.memory(4, 0xB000_0000, 0xB00F_FFFF, "System RAM")
    #expect(try machine.probe().accessFacts?.regions.map(\.overlapsMemory) == [true])
  }

  @Test func `without a record of the processor there are no facts to decide on`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("cpuid")
    #expect(try machine.probe().accessFacts == nil)
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
