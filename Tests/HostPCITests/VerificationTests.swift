import PCIConfig
import TestSupport
import Testing

@testable import HostPCI
@testable import LinuxHost

private let bridge = FunctionAddress(routingID: 0x0000)
private let network = FunctionAddress(routingID: 0x0010)
private let disk = FunctionAddress(routingID: 0x00FA)

extension RecordedMachine {
  fileprivate func verification() throws -> Verification {
    Verification(try Host(recordedAt: root))
  }
}

extension Verification {
  fileprivate var tags: [String] { findings.map(\.tag) }
}

@Suite struct VerificationTests {
  @Test func `a machine whose modes agree has no finding`() throws {
    let verification = try RecordedMachine.q35().verification()
    #expect(verification.findings == [])
    #expect(verification.functions.map(\.address) == [bridge, network, disk])
    #expect(verification.functions.map(\.identicalCount) == [64, 1024, 64])
    #expect(
      verification.functions.map(\.modes) == [
        [.sysfs, .procfs, .mechanism1, .ecam], [.sysfs, .procfs], [.sysfs, .procfs, .ecam],
      ])
    #expect(verification.pinned == [])
    #expect(
      verification.text == """
        Verdict    good
        Registers  1152 identical, 0 volatile, 0 different, in 3 functions
                   procfs with sysfs: 1152 registers, 0 different, in 3 functions
                   mechanism 1 (ports) with sysfs: 1 register, 0 different, in 1
                   function
                   ECAM (/dev/mem) with sysfs: 4 registers, 0 different, in 2 functions
        ECAM       0xb0000000, segment 0000, buses 00-ff: ACPI MCFG lists it; the kernel
                   uses it (/proc/iomem: PCI ECAM 0000 [bus 00-ff]); the host bridge
                   0000:00:00.0 decodes it (register 0x60); the firmware's memory map
                   (E820) reserves it; /proc/iomem reserves it

        Not compared
          conf1: 2 functions: the record does not hold the answer
          ecam: 1 function: the record does not hold the answer

        """)
  }

  @Test func `a function that ECAM shows differently is pinned to mechanism 1, it alone`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(last: "0xffffffff")
    let verification = try machine.verification()
    #expect(
      verification.findings == [
        VerificationFinding(
          "ecam-differs", .error, of: disk,
          "0000:00:1f.2 register 0x00: ecam reads 0xffffffff, sysfs 0x29228086",
          advice:
            "pinned to mechanism 1: use that for the function, and no register from 0x100 up")
      ])
    #expect(verification.pinned == [disk])
    #expect(verification.hasFault)
    #expect(verification.functions[2].different == [.vendorID])
  }

  @Test func `a function that reads all ones is gone, unless it has no power`() throws {
    let machine = try RecordedMachine.q35()
    let ones = [UInt8](repeating: 0xFF, count: 256)
    try machine.write("sys/bus/pci/devices/0000:00:1f.2/config", ones)
    try machine.write("proc/bus/pci/00/1f.2", ones)
    try machine.answers(last: "0xffffffff")
    try machine.write("answers", "")
    #expect(try machine.verification().findings == [])
    try machine.write("sys/bus/pci/devices/0000:00:1f.2/uevent", "PCI_ID=8086:2922")
    #expect(
      try machine.verification().findings == [
        VerificationFinding(
          "function-does-not-answer", .error, of: disk,
          "0000:00:1f.2: every register reads all ones, and the kernel found 8086:2922 there",
          advice: "it is gone from its bus, or without power: the kernel's log may tell why (dmesg)"
        )
      ])
    try machine.write("sys/bus/pci/devices/0000:00:1f.2/power_state", "D3cold")
    #expect(
      try machine.verification().findings == [
        VerificationFinding(
          "function-does-not-answer", .note, of: disk,
          "0000:00:1f.2: every register reads all ones, and the kernel found 8086:2922 there; "
            + "it has no power (D3cold)",
          advice: "nothing: its driver gives it power when it is used")
      ])
    // A virtual function has ones for its vendor and device ID alone.
    try machine.function(
      "0000:00:1f.2", identification: .max, classRevision: 0x0200_0000, size: 256)
    #expect(try machine.verification().findings == [])
  }

  @Test func `the verdict says how far it could look`() throws {
    let machine = try RecordedMachine.q35()
    for address in ["0000:00:00.0", "0000:00:02.0", "0000:00:1f.2"] {
      let parts = address.split(separator: ":")
      try machine.write(
        "proc/bus/pci/00/\(parts[2])",
        Array(
          try machine.files()["sys/bus/pci/devices/\(address)/config", default: []].prefix(64)))
    }
    let verification = try machine.verification()
    #expect((verification.comparedCount, verification.knownCount) == (48, 1152))
    #expect(
      verification.text.hasPrefix(
        "Verdict    good as far as could be seen, 48 of 1152 registers compared\n"))
    // A function has registers, too, where none of them can be read.
    try machine.write("answers", "open /sys/bus/pci/devices/0000:00:1f.2/config: EACCES")
    let less = try machine.verification()
    #expect((less.comparedCount, less.knownCount) == (32, 1152))
  }

  @Test func `nothing is pinned where the kernel does not use mechanism 1`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(last: "0xffffffff")
    try machine.write("proc/ioports", "03f8-03ff : serial")
    let finding = try #require(try machine.verification().findings.first)
    #expect(
      finding.advice
        == "do not use ECAM for the function; the kernel's mechanism 1 is not known to answer for it"
    )
    #expect(try machine.verification().pinned == [])
  }

  @Test func `a difference of the kernel's own files and of the ports is told`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(conf1: "0x12378086")
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes.replaceSubrange(0..<12, with: [0x86, 0x80, 0x22, 0x29, 0, 0, 0, 0, 2, 1, 6, 1])
    bytes[0x40] = 1
    bytes[0xFC] = 2
    try machine.write("proc/bus/pci/00/1f.2", bytes)
    #expect(
      try machine.verification().findings.map(\.text) == [
        "0000:00:00.0 register 0x00: conf1 reads 0x12378086, sysfs 0x29c08086",
        "0000:00:1f.2 register 0x40: procfs reads 0x00000001, sysfs 0x00000000; 1 more: 0xfc",
      ])
    #expect(try machine.verification().tags == ["conf1-differs", "procfs-differs"])
  }

  @Test func `ports that hold no address are not mechanism 1, and nothing differs`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(latch: "0x00000000", conf1: "0xffffffff")
    let verification = try machine.verification()
    #expect(verification.findings == [])
    #expect(
      verification.notCompared.first
        == "conf1: conf1 CONFIG_ADDRESS: 0x00000000: CONFIG_ADDRESS does not hold what is written to "
        + "it: no mechanism 1 here")
  }

  @Test func `a function without power is not asked past the kernel`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/bus/pci/devices/0000:00:1f.2/power_state", "D3cold")
    let verification = try machine.verification()
    #expect(verification.functions[2].modes == [.sysfs, .procfs])
    #expect(
      verification.notCompared.contains(
        "0000:00:1f.2: has no power (D3cold): conf1 and ecam are not tried"))
  }

  @Test func `one mode alone compares nothing, and says so`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("proc/bus")
    try machine.remove("answers")
    let verification = try machine.verification()
    #expect(!verification.hasCompared)
    #expect(verification.text.hasPrefix("Verdict    nothing was compared\n"))
    #expect(
      verification.notCompared.first
        == "procfs: 3 functions: /proc/bus/pci/00/00.0 does not exist")
  }

  @Test func `a machine without functions compares nothing, and says why`() throws {
    let verification = try RecordedMachine().verification()
    #expect(!verification.hasCompared)
    #expect(
      verification.notCompared.first
        == "/sys/bus/pci/devices does not exist: no function is known")
  }
}

@Suite struct VolatileRegisterTests {
  /// A reader that gives one value of register 0x40 after the other, the last for ever.
  private func reader(_ mode: AccessMode, _ values: UInt32...) -> RegisterReader {
    let sequence = Sequence(values)
    return RegisterReader(mode: mode) { .known([0x00: 0x1234_8086, 0x40: sequence.next()]) }
  }

  private final class Sequence {
    private var values: [UInt32]

    init(_ values: [UInt32]) { self.values = values }

    func next() -> UInt32 { values.count > 1 ? values.removeFirst() : values[0] }
  }

  @Test func `a register that changes in the first mode is volatile, not different`() {
    let function = FunctionVerification(network, [reader(.sysfs, 1, 2), reader(.ecam, 1)])
    #expect(function.volatile == [0x40])
    #expect(
      function.comparisons
        == [FunctionVerification.Comparison(mode: .ecam, compared: 1, differences: [])])
    #expect(function.identicalCount == 1)
    #expect(
      function.findings(mechanism1Stands: true) == [
        VerificationFinding(
          "volatile-register", .note, of: network,
          "0000:00:02.0 register 0x40: another value when read again: not compared",
          advice: "nothing: counters and status change by themselves")
      ])
  }

  @Test func `so is one that changes in the other mode only`() {
    let function = FunctionVerification(network, [reader(.sysfs, 1), reader(.ecam, 2, 2, 1)])
    #expect(function.volatile == [0x40])
    #expect(function.different == [])
  }

  @Test func `one that stays the same in each mode is different`() {
    let function = FunctionVerification(network, [reader(.sysfs, 1), reader(.ecam, 2)])
    #expect(function.volatile == [])
    #expect(
      function.comparisons == [
        FunctionVerification.Comparison(
          mode: .ecam, compared: 2,
          differences: [
            FunctionVerification.Difference(register: 0x40, expected: 1, value: 2)
          ])
      ])
    #expect(function.identicalCount == 1)
  }
}

@Suite struct MCFGVerificationTests {
  @Test func `a region that nothing reserves is a warning`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("sys/firmware/memmap/3")
    try machine.write("proc/iomem", "b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]")
    let finding = try #require(try machine.verification().findings.first)
    #expect(finding.tag == "mcfg-not-reserved")
    #expect(finding.severity == .warning)
    #expect(
      finding.text
        == "the region at 0xb0000000, which MCFG lists: neither E820 nor /proc/iomem reserves "
        + "more than 128 of its 256 MiB")
  }

  @Test func `without addresses nothing is said of what E820 does not reserve`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("proc/iomem")
    #expect(
      try machine.verification().notCompared.contains(
        "MCFG against the kernel's use of it: /proc/iomem cannot be seen"))
    try machine.remove("sys/firmware/memmap/3")
    let verification = try machine.verification()
    #expect(verification.findings == [])
    #expect(
      verification.notCompared.contains(
        "MCFG against reservations and the kernel's use of it: /proc/iomem cannot be seen"))
  }

  @Test func `memory in a region is an error, and the region is not read`() throws {
    let machine = try RecordedMachine.q35()
    try machine.memory(4, 0xB800_0000, 0xB800_0FFF, "System RAM")
    let verification = try machine.verification()
    #expect(verification.tags == ["mcfg-overlaps-memory"])
    #expect(!verification.functions.contains { $0.modes.contains(.ecam) })
  }

  @Test func `a region that the kernel leaves alone is a warning, or a note where it was told`()
    throws
  {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/iomem", "b0000000-bfffffff : Reserved")
    #expect(try machine.verification().findings.map(\.severity) == [.warning])
    try machine.write("proc/cmdline", "quiet pci=nommconf")
    let verification = try machine.verification()
    #expect(verification.tags == ["mcfg-not-used"])
    #expect(!verification.hasFault)
  }

  @Test(arguments: [
    (UInt32(0xE000_0001), "host-bridge-elsewhere"), (UInt32(0xB000_0000), "host-bridge-disabled"),
  ])
  func `the host bridge's register must name the region`(register: UInt32, tag: String) throws {
    let machine = try RecordedMachine.q35()
    try machine.function(
      "0000:00:00.0", identification: 0x29C0_8086, classRevision: 0x0600_0000, size: 256,
      registers: [0x60: register])
    let verification = try machine.verification()
    #expect(verification.tags == [tag])
    #expect(verification.findings.map(\.severity) == [.error])
  }

  @Test func `the host bridge must decode all buses that MCFG lists`() throws {
    let machine = try RecordedMachine.q35()
    try machine.function(
      "0000:00:00.0", identification: 0x29C0_8086, classRevision: 0x0600_0000, size: 256,
      registers: [0x60: 0xB000_0003])
    #expect(
      try machine.verification().findings == [
        VerificationFinding(
          "host-bridge-smaller", .error, of: bridge,
          "MCFG lists buses up to ff at 0xb0000000, but register 0x60 of the host bridge "
            + "0000:00:00.0 decodes them up to 7f",
          advice: "do not use ECAM for the buses behind: update the firmware")
      ])
  }

  @Test func `findings of the table come along`() throws {
    let machine = try RecordedMachine.q35()
    var table = mcfg([(base: 0xB000_0000, segment: 0, buses: 0...255)])
    table[9] &+= 1
    try machine.write("sys/firmware/acpi/tables/MCFG", table)
    #expect(try machine.verification().tags == ["mcfg-wrong-checksum"])
  }

  @Test func `a region where nobody answers is an error of its own`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(first: "0xffffffff", last: "0xffffffff")
    #expect(
      try machine.verification().tags == ["ecam-does-not-answer", "ecam-differs", "ecam-differs"])
    // A virtual function has ones for its IDs, and so agrees with what does not answer.
    try machine.function(
      "0000:00:1f.2", identification: .max, classRevision: 0x0106_0102, size: 256)
    #expect(
      try machine.verification().tags == ["ecam-does-not-answer", "ecam-differs"])
  }
}

@Suite struct LiveVerificationTests {
  @Test func `doublewords are read in a child process, as many as are asked for`() throws {
    let memory = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 1024)
    defer { memory.deallocate() }
    for index in 0..<1024 { memory[index] = UInt32(index) &* 0x0101_0101 }
    let start = try #require(memory.baseAddress)
    #expect(
      try LiveECAM.doublewords(at: start, count: 1024, of: "memory") == Array(memory))
    #expect(
      try LiveECAM.doublewords(at: start, count: 64, of: "memory") == Array(memory.prefix(64)))
  }

  @Test func `an access that ends the child is a failure with its signal`() throws {
    let address = try #require(UnsafeMutableRawPointer(bitPattern: 4096))
    #expect(throws: SystemFailure("ecam", "nowhere", .signal(11))) {
      try LiveECAM.doublewords(at: address, count: 1, of: "nowhere")
    }
  }

  @Test func `this machine's functions are read through the kernel's files alone`() throws {
    let verification = Verification(.live)
    for function in verification.functions {
      #expect(Set(function.modes).isSubset(of: [.sysfs, .procfs]))
      #expect(function.different == [])
    }
    #expect(verification.missedModes == [])
  }
}
