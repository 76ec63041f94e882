import HostPCI
import PCIConfig
import TestSupport
import Testing

struct KernelAccessTests {
  @Test func `mechanism 1 below and ECAM from 0x100 on Q35`() throws {
    let probe = try RecordedMachine.q35().probe()
    #expect(
      probe.kernelConventional
        == KernelAccess(
          mechanism: .mechanism1, certainty: .certain, evidence: ["/proc/ioports: PCI conf1"]))
    #expect(
      probe.kernelExtended
        == KernelAccess(
          mechanism: .ecam, certainty: .certain,
          evidence: [
            "/proc/iomem: PCI ECAM 0000 [bus 00-ff]", "1 of 3 config files have 4096 bytes",
          ]))
  }

  @Test func `pci=off leaves nothing, and says what would help`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/cmdline", "quiet pci=nocrs,off")
    try machine.remove("sys/bus/pci/devices")
    try machine.remove("proc/bus/pci")
    let probe = try machine.probe()
    #expect(probe.kernelConventional.mechanism == .none)
    #expect(probe.kernelExtended.mechanism == .none)
    #expect(probe.availability(.sysfs) == [.nothingThere, .nothingThere])
    #expect(probe.report(.sysfs)?.remedies == ["boot without pci=off"])
  }

  @Test func `an option behind the two dashes is init's`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/cmdline", "quiet -- pci=off")
    #expect(try machine.probe().kernelConventional.mechanism == .mechanism1)
  }

  @Test func `nommconf leaves no extended registers`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/cmdline", "pci=nommconf")
    try machine.write("proc/iomem", "b0000000-bfffffff : Reserved")
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    let probe = try machine.probe()
    #expect(
      probe.kernelExtended
        == KernelAccess(
          mechanism: .none, certainty: .likely,
          evidence: [
            "/proc/iomem: no PCI ECAM", "/proc/cmdline: pci=nommconf",
            "0 of 3 config files have 4096 bytes",
          ]))
    #expect(probe.availability(.sysfs) == [.works, .nothingThere])
  }

  @Test func `extended registers without ECAM are AMD's extension of mechanism 1`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/iomem", "00100000-1ffdefff : System RAM")
    let probe = try machine.probe()
    #expect(probe.kernelExtended.mechanism == .mechanism1Extended)
    #expect(probe.kernelExtended.certainty == .likely)
  }

  @Test func `a machine with ECAM alone, as a microVM has it`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/ioports", "03f8-03ff : serial")
    try machine.answers(latch: "0xffffffff")
    let probe = try machine.probe()
    #expect(probe.kernelConventional.mechanism == .ecam)
    #expect(probe.kernelConventional.certainty == .likely)
    #expect(probe.kernelExtended.mechanism == .ecam)
    #expect(probe.availability(.mechanism1) == [.missing, .outOfReach])
    #expect(probe.availability(.ecam) == [.works, .works])
  }

  @Test func `a machine without PCI`() throws {
    let machine = try RecordedMachine.q35()
    for name in ["sys/bus", "proc/bus", "sys/firmware/acpi"] { try machine.remove(name) }
    try machine.write("proc/ioports", "03f8-03ff : serial")
    try machine.write("proc/iomem", "00100000-1ffdefff : System RAM")
    try machine.answers(latch: "0xffffffff")
    let probe = try machine.probe()
    #expect(probe.ecam.windows == [])
    #expect(probe.availability(.sysfs) == [.nothingThere, .nothingThere])
    #expect(probe.availability(.mechanism1) == [.missing, .outOfReach])
    #expect(probe.availability(.ecam) == [.missing, .missing])
    #expect(probe.kernelExtended.mechanism == .none)
  }

  @Test func `a paravirtual host bridge is neither`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/ioports", "03f8-03ff : serial")
    try machine.write("proc/iomem", "00100000-1ffdefff : System RAM")
    #expect(try machine.probe().kernelConventional.mechanism == .other)
  }

  @Test func `an empty record answers that it does not know`() throws {
    let probe = try RecordedMachine().probe()
    #expect(probe.kernelConventional.mechanism == .unknown)
    #expect(probe.kernelExtended.mechanism == .unknown)
    #expect(probe.availability(.mechanism1) == [.unknown, .outOfReach])
    #expect(probe.availability(.ecam) == [.unknown, .unknown])
    #expect(probe.hypervisor == .absent("cpuid"))
  }
}
