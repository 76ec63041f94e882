import LinuxHost
import PCIConfig
import TestSupport
import Testing

struct AccessModeTests {
  @Test func `everything works for root on Q35 where the kernel permits it`() throws {
    let probe = try RecordedMachine.q35().probe()
    #expect(probe.availability(.sysfs) == [.works, .works])
    #expect(probe.availability(.procfs) == [.works, .works])
    #expect(probe.availability(.mechanism1) == [.works, .outOfReach])
    #expect(probe.availability(.ecam) == [.works, .works])
    #expect(probe.modes.flatMap(\.causes) == [])
    #expect(probe.modes.flatMap(\.remedies) == [])
    #expect(
      probe.report(.ecam)?.evidence == [
        "open /dev/mem: ok", "mmap /dev/mem at 0xb0000000: ok",
        "ecam 0000:00:00.0 0x00: 0x29c08086", "ecam 0000:00:00.0 0x08: 0x06000000",
        "mmap /dev/mem at 0xb00fa000: ok", "ecam 0000:00:1f.2 0x00: 0x29228086",
        "ecam 0000:00:1f.2 0x08: 0x01060102",
      ])
  }

  @Test func `lockdown is named as the cause, for ports and for memory`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
    try machine.answers(ioperm: "EPERM", memory: "EPERM")
    let probe = try machine.probe()
    for mode in [AccessMode.mechanism1, .ecam] {
      let report = try #require(probe.report(mode))
      #expect(report.conventional == .refused)
      #expect(
        report.causes == [
          "the kernel is locked down (integrity): it forbids this to everybody, root too"
        ])
      #expect(
        report.remedies == [
          "boot without lockdown: no lockdown= option, Secure Boot off; sysfs still reads"
        ])
    }
    #expect(probe.availability(.sysfs) == [.works, .works])
  }

  @Test func `strict devmem asks for iomem=relaxed`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(map: "EPERM")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.conventional == .refused)
    #expect(report.evidence.last == "mmap /dev/mem at 0xb0000000: EPERM (Operation not permitted)")
    #expect(
      report.causes == [
        "the kernel is built with CONFIG_STRICT_DEVMEM: "
          + "/dev/mem maps nothing that the kernel or a driver has"
      ])
    #expect(
      report.remedies == ["boot with iomem=relaxed; sysfs reads the same registers meanwhile"])
  }

  @Test func `iomem=relaxed is not advised where it is already in force`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/cmdline", "quiet iomem=relaxed")
    try machine.answers(map: "EPERM")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.remedies == [])
    #expect(report.causes.first?.contains("although it was booted with iomem=relaxed") == true)
  }

  @Test func `lockdown outranks strict devmem, which iomem=relaxed would not help`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/kernel/security/lockdown", "none integrity [confidentiality]")
    try machine.answers(map: "EPERM")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(
      report.causes == [
        "the kernel is locked down (confidentiality): it forbids this to everybody, root too"
      ])
  }

  @Test(
    arguments: [
      (["mem", "null"], "run it outside the container, or as root: mknod -m 600 /dev/mem c 1 1"),
      (["null"], "sysfs reads the same registers; /dev/mem needs another kernel"),
    ])
  func `a missing device is told from a kernel without it`(
    devices: [String], remedy: String
  ) throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("sys/class/mem")
    for device in devices { try machine.write("sys/class/mem/\(device)/dev", "1:1") }
    try machine.answers(memory: "ENOENT")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.conventional == .missing)
    #expect(report.remedies == [remedy])
  }

  @Test func `a user who is not root is told so, with what is hidden`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write(
      "proc/self/status",
      "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\nSeccomp:\t0")
    try machine.write("proc/iomem", "00000000-00000000 : PCI ECAM 0000 [bus 00-ff]")
    try machine.remove("sys/firmware/acpi")
    for (address, identification) in [
      ("0000:00:00.0", UInt32(0x29C0_8086)), ("0000:00:02.0", 0x10D3_8086),
      ("0000:00:1f.2", 0x2922_8086),
    ] {
      try machine.function(
        address, identification: identification, classRevision: 0x0600_0000, size: 64)
    }
    try machine.answers(ioperm: "EPERM", memory: "EACCES")
    let probe = try machine.probe()
    #expect(probe.availability(.sysfs) == [.headerOnly, .unknown])
    #expect(probe.report(.sysfs)?.remedies == ["run it as root (sudo)"])
    #expect(probe.report(.mechanism1)?.causes == ["not root: this needs CAP_SYS_RAWIO"])
    #expect(probe.report(.ecam)?.remedies == ["run it as root (sudo)"])
    #expect(probe.ecam.windows == [])
    #expect(
      probe.ecam.remarks == ["/proc/iomem shows its addresses only with CAP_SYS_ADMIN (root)"])
    #expect(probe.kernelConventional.mechanism == .mechanism1)
    #expect(probe.kernelExtended.mechanism == .ecam)
  }

  @Test func `root without the capability is taken for a container`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write(
      "proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\nSeccomp:\t2")
    try machine.answers(ioperm: "EPERM")
    let report = try #require(try machine.probe().report(.mechanism1))
    #expect(report.causes.count == 1)
    #expect(
      report.remedies == [
        "run it outside the container, or give it the capability (--cap-add SYS_RAWIO)"
      ])
  }

  @Test func `root of a user namespace is told that its rights end there`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/self/uid_map", "         0       1000          1")
    try machine.answers(ioperm: "EPERM")
    let report = try #require(try machine.probe().report(.mechanism1))
    #expect(
      report.causes == [
        "CAP_SYS_RAWIO is there, but only within a user namespace: a rootless container"
      ])
    #expect(report.remedies == ["run it as root outside the container"])
  }

  @Test func `a kernel without port access cannot be helped by rights`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(ioperm: "ENOSYS")
    let report = try #require(try machine.probe().report(.mechanism1))
    #expect(report.conventional == .missing)
    #expect(
      report.causes == [
        "the kernel is built without port access for programs (CONFIG_X86_IOPL_IOPERM)"
      ])
  }

  @Test func `an access that is ended by a signal is an answer`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(latch: "SIGSEGV", first: "SIGBUS")
    let probe = try machine.probe()
    #expect(
      probe.report(.mechanism1)?.evidence.last
        == "conf1 CONFIG_ADDRESS: SIGSEGV (Segmentation fault)")
    #expect(probe.availability(.mechanism1) == [.refused, .outOfReach])
    #expect(probe.availability(.ecam) == [.refused, .refused])
  }

  @Test(arguments: ["0xffffffff", "0x00000000", "0x80000004"])
  func `a latch that holds nothing is no mechanism 1`(latch: String) throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(latch: latch)
    #expect(try machine.probe().availability(.mechanism1) == [.missing, .outOfReach])
  }

  @Test func `ports that disagree with sysfs are not trusted`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(conf1: "0xffffffff")
    let report = try #require(try machine.probe().report(.mechanism1))
    #expect(report.conventional == .missing)
    #expect(report.causes.first?.hasPrefix("sysfs reads 0x29c08086") == true)
  }

  @Test func `a region that answers only for the first function is not trusted`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(last: "0xffffffff")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.conventional == .missing)
    #expect(
      report.causes == [
        "sysfs reads 0x29228086 for 0000:00:1f.2 register 0x00: the region cannot be trusted"
      ])
  }

  @Test func `a function without power is not compared`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/bus/pci/devices/0000:00:1f.2/power_state", "D3cold")
    try machine.write("sys/bus/pci/devices/0000:00:02.0/power_state", "D3cold")
    try machine.answers(last: "0xffffffff")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.conventional == .works)
    #expect(report.evidence.count == 4)
  }

  @Test func `a function that reads as all ones confirms no region`() throws {
    let machine = try RecordedMachine.q35()
    for address in ["0000:00:00.0", "0000:00:02.0", "0000:00:1f.2"] {
      try machine.function(address, identification: .max, classRevision: .max, size: 256)
    }
    try machine.answers(first: "0xffffffff", last: "0xffffffff")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.conventional == .nothingThere)
    #expect(report.evidence == [])
  }

  @Test func `nothing is asked of a region that is only claimed`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/iomem", "00100000-1ffdefff : System RAM")
    try machine.remove("sys/firmware/memmap")
    try machine.function(
      "0000:00:00.0", identification: 0x1237_8086, classRevision: 0x0600_0000, size: 256)
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.conventional == .unknown)
    #expect(report.evidence == [])
    #expect(
      report.causes == [
        "the region at 0xb0000000 is claimed, but nothing reserves or uses it: not tried"
      ])
  }

  @Test func `nothing is asked of a region over memory`() throws {
    let machine = try RecordedMachine.q35()
    try machine.memory(4, 0xB800_0000, 0xB800_0FFF, "System RAM")
    let report = try #require(try machine.probe().report(.ecam))
    #expect(report.evidence == [])
    #expect(report.causes == ["the region at 0xb0000000 overlaps memory: not tried"])
  }

  @Test func `mechanism 2 keeps its ports to itself`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("proc/ioports", "0cf8-0cfb : PCI conf2")
    let probe = try machine.probe()
    #expect(probe.availability(.mechanism1) == [.unknown, .outOfReach])
    #expect(probe.report(.mechanism1)?.evidence == ["/proc/ioports: PCI conf2"])
    #expect(probe.kernelConventional.mechanism == .mechanism2)
  }
}
