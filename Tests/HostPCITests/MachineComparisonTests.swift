import PCIConfig
import TestSupport
import Testing

@testable import HostPCI
@testable import LinuxHost

@Suite struct MachineComparisonTests {
  private func compare(
    _ first: LinuxHost.Host, _ second: LinuxHost.Host
  ) throws -> MachineComparison {
    MachineComparison(
      try ComparedMachine(first, name: "before"), try ComparedMachine(second, name: "after"))
  }

  private func compare(
    _ first: RecordedMachine, _ second: RecordedMachine
  ) throws -> MachineComparison {
    try compare(try Host(recordedAt: first.root), try Host(recordedAt: second.root))
  }

  @Test func `a machine and its snapshot are the same`() throws {
    let machine = try RecordedMachine.q35()
    let host = try Host(recordedAt: machine.root)
    let comparison = try compare(host, Snapshot(of: host).host)
    #expect(comparison.differences == [])
    #expect(comparison.notCompared == [])
    #expect(comparison.text == "a  before\nb  after\n\nNo difference\n")
  }

  @Test func `functions, drivers and registers are told one by one`() throws {
    let before = try RecordedMachine.q35()
    let after = try RecordedMachine.q35()
    let network = "sys/bus/pci/devices/0000:00:02.0/"
    let event = "PCI_ID=8086:10D3\nPCI_CLASS=20000"
    try before.write(network + "uevent", event)
    try after.write(network + "uevent", "DRIVER=e1000e\n" + event)
    try before.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 4096,
      registers: [
        0x04: 0x0010_0100, 0x34: 0x40, 0x40: 0x0002_E010, 0xE0: 0x0003_0001, 0xF0: 1,
        0x100: 0x0001_0003, 0x140: 5,
      ])
    try after.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 4096,
      registers: [
        0x04: 0x0010_0507, 0x34: 0x40, 0x40: 0x0002_E010, 0x48: 0x2810, 0xE0: 0x0003_0001,
        0xE4: 0x103, 0xF0: 2, 0x100: 0x0001_0003, 0x104: 7, 0x140: 6,
      ])
    try before.remove("sys/bus/pci/devices/0000:00:1f.2")
    try after.function(
      "0000:00:1f.3", identification: 0x2930_8086, classRevision: 0x0C05_0002, size: 256)
    #expect(
      try compare(before, after).text == """
        a  before
        b  after

          0000:00:02.0 driver: none -> e1000e
          0000:00:02.0 register 0x04 COMMAND: 0x0100 -> 0x0507
          0000:00:02.0 register 0x48 CAP_EXP+8: 0x00000000 -> 0x00002810
          0000:00:02.0 register 0xe4 CAP_PM+4: 0x00000000 -> 0x00000103
          0000:00:02.0 register 0xf0: 0x00000001 -> 0x00000002
          0000:00:02.0 register 0x140: 0x00000005 -> 0x00000006
        + 0000:00:1f.2: 8086:2922 class 010601
        + 0000:00:1f.3: 8086:2930 class 0c0500

        Not compared
          Device Serial Number, of which one has zeros: 0000:00:02.0

        """)
  }

  @Test func `another function at an address is told once`() throws {
    let before = try RecordedMachine.q35()
    let after = try RecordedMachine.q35()
    try after.function(
      "0000:00:02.0", identification: 0x1041_1AF4, classRevision: 0x0200_0001, size: 4096,
      registers: [0x10: 1])
    #expect(
      try compare(before, after).differences == [
        MachineDifference(
          .identification, of: FunctionAddress(routingID: 0x10), from: "8086:10d3 class 020000",
          to: "1af4:1041 class 020000")
      ])
  }

  @Test func `a function that does not answer any more is told once`() throws {
    let before = try RecordedMachine.q35()
    let after = try RecordedMachine.q35()
    let ones = Dictionary(
      uniqueKeysWithValues: stride(from: 0, to: 4096, by: 4).map { ($0, UInt32.max) })
    try after.function(
      "0000:00:02.0", identification: .max, classRevision: .max, size: 4096, registers: ones)
    let differences = [
      MachineDifference(
        .response, of: FunctionAddress(routingID: 0x10), from: "answers",
        to: "does not answer: reads as all ones")
    ]
    #expect(try compare(before, after).differences == differences)
    #expect(
      differences[0].description
        == "  0000:00:02.0: answers -> does not answer: reads as all ones")
    let event = "PCI_ID=8086:10D3\nPCI_CLASS=20000"
    for machine in [before, after] {
      try machine.write("sys/bus/pci/devices/0000:00:02.0/uevent", event)
    }
    #expect(try compare(before, after).differences == differences)
    #expect(try compare(after, after).differences == [])
  }

  @Test func `an ID that only one machine's kernel knows is not compared`() throws {
    let machine = try RecordedMachine()
    let config = "sys/bus/pci/devices/0000:00:02.0/"
    try machine.function(
      "0000:00:02.0", identification: .max, classRevision: 0x0200_0001, size: 64,
      registers: [0x3C: 1])
    try machine.write(config + "uevent", "PCI_ID=8086:10CA\nPCI_CLASS=20000")
    let registers = try #require(try machine.files()[config + "config"])
    let dump = ConfigurationDump([
      .init(address: FunctionAddress(routingID: 0x10), image: ConfigurationImage(registers))
    ])
    let comparison = try compare(
      try Host(recordedAt: machine.root), Host(dump, path: "dump"))
    #expect(comparison.differences == [])
    #expect(
      comparison.notCompared == [
        "after is a dump: nothing but functions and registers",
        "vendor and device ID, of which one has all ones: 0000:00:02.0",
      ])
  }

  @Test func `what the machine is and how it was booted is told`() throws {
    let before = try RecordedMachine.q35()
    let after = try RecordedMachine.q35()
    try after.write("cpuid", cpuid(hypervisorBit: true, "VMwareVMware"))
    try after.write("proc/cmdline", "quiet pci=nommconf")
    try after.write(
      "proc/iomem", "00100000-1ffdefff : System RAM\nb0000000-bfffffff : Reserved")
    try after.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
    try after.memory(3, 0xB800_0000, 0xBBFF_FFFF, "Reserved")
    try after.write("boot/config-6.12.117", "CONFIG_DEVMEM=y")
    try after.remove("answers")
    #expect(
      try compare(before, after).text == """
        a  before
        b  after

          hypervisor: kvm -> vmware
          the kernel's access 0x100-0xfff: ECAM -> mechanism 1 with AMD's extension
        - ECAM region: 0xb0000000-0xbfffffff, segment 0000, buses 00-ff; ACPI MCFG lists
              it; the kernel uses it (/proc/iomem: PCI ECAM 0000 [bus 00-ff]); the host
              bridge 0000:00:00.0 decodes it (register 0x60); the firmware's memory map
              (E820) reserves it; /proc/iomem reserves it
        + ECAM region: 0xb0000000-0xbfffffff, segment 0000, buses 00-ff; ACPI MCFG lists
              it; the host bridge 0000:00:00.0 decodes it (register 0x60); /proc/iomem
              reserves it
          kernel option CONFIG_STRICT_DEVMEM: y -> not set
        + kernel command line: pci=nommconf
          lockdown: none -> integrity
        - memory map: 0xb8000000-0xbfffffff Reserved
        + memory map: 0xb8000000-0xbbffffff Reserved

        Not compared
          after does not have: access mode conf1 0x00-0xff, access mode ecam 0x00-0xff,
            access mode ecam 0x100-0xfff

        """)
  }

  @Test func `of dumps nothing but functions and registers is compared`() throws {
    func dump(_ bytes: [UInt8], _ path: String) -> LinuxHost.Host {
      let dump = ConfigurationDump([
        .init(address: .hostBridge, image: ConfigurationImage(bytes)),
        .init(address: FunctionAddress(routingID: 8), image: ConfigurationImage(bytes)),
      ])
      return Host(dump, path: path)
    }
    let bytes: [UInt8] = [0x86, 0x80, 0xC0, 0x29] + [UInt8](repeating: 0, count: 60)
    var changed = bytes + [UInt8](repeating: 1, count: 192)
    changed[0x3C] = 11
    #expect(
      try compare(dump(bytes, "a"), dump(changed, "b")).text == """
        a  before
        b  after

          0000:00:00.0 register 0x3c INTERRUPT_LINE: 0x00 -> 0x0b
          0000:00:01.0 register 0x3c INTERRUPT_LINE: 0x00 -> 0x0b

        Not compared
          after is a dump: nothing but functions and registers
          before is a dump: nothing but functions and registers
          64 bytes against 256, compared as far as both go: 0000:00:00.0, 0000:00:01.0

        """)
  }

  @Test func `what is there without a word of what it is makes no difference`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    let other = try RecordedMachine()
    try other.write("sys/bus/pci/devices/0000:00:02.0/uevent", "")
    for comparison in [try compare(machine, other), try compare(other, machine)] {
      #expect(comparison.differences.filter { $0.kind == .function } == [])
      #expect(comparison.notCompared.contains { $0.contains("0000:00:02.0/config does not exist") })
    }
  }

  @Test func `a record without functions is nothing to compare, unless it says there are none`()
    throws
  {
    let empty = try RecordedMachine()
    #expect(
      throws: InventoryUnavailable.noList(
        .absent(path: "/sys/bus/pci/devices", record: .directory(empty.root)))
    ) { try ComparedMachine(try Host(recordedAt: empty.root), name: "empty") }
    try empty.write("answers", "open /sys/bus/pci/devices: ENOENT")
    #expect(try compare(empty, empty).differences == [])
  }

  @Test func `a register has the name of a capability that is long enough`() throws {
    var bytes = [UInt8](repeating: 0, count: 4096)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 1, 2])
    bytes[0x06] = 0x10
    bytes[0x34] = 0x40
    bytes.replaceSubrange(0x40..<0x44, with: [0x13, 0x50, 6, 3])
    bytes.replaceSubrange(0x50..<0x54, with: [0x05, 0x70, 0, 0])
    bytes.replaceSubrange(0x70..<0x74, with: [0x10, 0x00, 2, 0])
    bytes.replaceSubrange(0x100..<0x104, with: [3, 0, 1, 0])
    let names = RegisterNames(ConfigurationImage(bytes))
    let registers: [Register] = [0x44, 0x48, 0x58, 0x5C, 0xA8, 0xAC, 0x108, 0x10C]
    #expect(
      registers.flatMap { names.parts(of: $0, with: 1).map(\.name) } == [
        "CAP_AF+4", nil, "CAP_MSI+8", nil, "CAP_EXP+38", nil, "ECAP_DSN+8", nil,
      ])
  }

  @Test func `registers of a bridge have a bridge's names`() {
    var bytes = [UInt8](repeating: 0, count: 64)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 1, 2])
    bytes[0x0E] = 1
    let names = RegisterNames(ConfigurationImage(bytes))
    #expect(
      names.parts(of: 0x18, with: 0xFF00_0001).map(\.name)
        == ["PRIMARY_BUS", "SEC_LATENCY_TIMER"])
    #expect(names.parts(of: 0x1C, with: 0xFFFF_0000).map(\.width) == [.word])
    #expect(
      names.parts(of: 0x34, with: 0x0100_0001)
        == [
          .init(register: 0x34, width: .byte, name: "CAPABILITIES"),
          .init(register: 0x34, width: .doubleword, name: nil),
        ])
    #expect(RegisterNames(ConfigurationImage([])).parts(of: 0x10, with: 1).map(\.name) == [nil])
  }
}
