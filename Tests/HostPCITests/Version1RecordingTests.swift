import PCIConfig
import Testing

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost

/// What commands print of a machine.
private struct Texts: Equatable {
  var probe: String
  var verify: String
  var policy: String
  var list: String
}

extension Texts {
  init(_ host: LinuxHost.Host) throws {
    let report = Probe(host)
    probe = report.text
    verify = Verification(host).text
    policy =
      PolicyTable(
        functions: report.facts.functions.value?.map(\.address) ?? [],
        policies: AccessPolicy.allCases, facts: try #require(report.accessFacts),
        notes: report.notes
      ).text
    list = Listing(try Inventory(of: host)).text
  }

  /// What pcicfg 0.1.0 printed of ``Version1Recording``.
  fileprivate static let firecracker = Texts(
    probe: """
      Record       memory
      Hypervisor   kvm (this is a guest)
      PCI          6 functions, segment 0000

      Access mode            0x00-0xff        0x100-0xfff
        sysfs                works            works
        procfs               works            works
        mechanism 1 (ports)  not known        out of reach
        ECAM (/dev/mem)      not known        not known
        the kernel itself    mechanism 1      ECAM

      ECAM regions
        0xeec00000-0xeecfffff  segment 0000, buses 00-00
          + ACPI MCFG lists it
          + the kernel uses it (/proc/iomem: PCI ECAM 0000 [bus 00-00])
          + the firmware's memory map (E820) reserves it
          + /proc/iomem reserves it

      What this rests on
        hypervisor
          saw   CPUID leaf 0x40000000: "KVMKVMKVM"
        sysfs
          saw   0000:00:00.0 register 0x00: 0x0d578086
          saw   0000:00:00.0 register 0x100: 0x00000000
        procfs
          saw   0000:00:00.0 register 0x00: 0x0d578086
          saw   0000:00:00.0 register 0x100: 0x00000000
        mechanism 1 (ports)
          saw   ioperm 0xcf8-0xcff: not in the record
          why   the record does not hold the answer
        ECAM (/dev/mem)
          saw   open /dev/mem: not in the record
          why   the record does not hold the answer
        the kernel itself, 0x00-0xff: mechanism 1
          saw   /proc/ioports: PCI conf1
        the kernel itself, 0x100-0xfff: ECAM
          saw   /proc/iomem: PCI ECAM 0000 [bus 00-00]
          saw   1 of 6 config files have 4096 bytes

      Not there: /sys/class/dmi/id, /boot/config-6.18.44-fc-v657,
        /sys/kernel/security/lockdown

      Decision     by policy verified, the default
        0x00-0xff    mechanism 1, as the kernel: a guest; the region at 0xeec00000;
                     not compared at 0000:00:00.0: as Linux does it; mechanism 1
                     answers
        0x100-0xfff  ECAM, as the kernel: a guest; the region at 0xeec00000; not
                     compared at 0000:00:00.0: as Linux does it; mechanism 1 reaches
                     registers below 0x100, not 0x100
        note         not compared: the record does not hold what ECAM answers for each
                     function

      """,
    verify: """
      Verdict    good
      Registers  1344 identical, 0 volatile, 0 different, in 6 functions
                 procfs with sysfs: 1344 registers, 0 different, in 6 functions
      ECAM       0xeec00000, segment 0000, buses 00-00: ACPI MCFG lists it; the kernel
                 uses it (/proc/iomem: PCI ECAM 0000 [bus 00-00]); the firmware's
                 memory map (E820) reserves it; /proc/iomem reserves it

      Not compared
        conf1: 6 functions: the record does not hold the answer
        ecam: 6 functions: the record does not hold the answer
        MCFG against the host bridge: its register is not known or not readable

      """,
    policy: """
      6 functions: 0000:00:00.0 0000:00:01.0 0000:00:02.0 0000:00:03.0 0000:00:04.0
                   0000:00:05.0

      policy       0x00-0xff      0x100-0xfff
      linux        mechanism 1    ECAM
      prefer-ecam  ECAM           ECAM
      verified     mechanism 1    ECAM           the default
      conf1        mechanism 1    refused
      ecam         ECAM           ECAM

      linux, 0x00-0xff: mechanism 1: mechanism 1 answers
      linux, 0x100-0xfff: ECAM: mechanism 1 reaches registers below 0x100, not 0x100;
        the region at 0xeec00000 (MCFG lists it, it is reserved, the kernel uses it)

      prefer-ecam, 0x00-0xff: ECAM: a guest; the region at 0xeec00000 (MCFG lists it,
        it is reserved, the kernel uses it)
      prefer-ecam, 0x100-0xfff: ECAM: a guest; the region at 0xeec00000 (MCFG lists
        it, it is reserved, the kernel uses it)

      verified, 0x00-0xff: mechanism 1: a guest; the region at 0xeec00000 (MCFG lists
        it, it is reserved, the kernel uses it); not compared at 0000:00:00.0: as
        Linux does it; mechanism 1 answers
      verified, 0x100-0xfff: ECAM: a guest; the region at 0xeec00000 (MCFG lists it,
        it is reserved, the kernel uses it); not compared at 0000:00:00.0: as Linux
        does it; mechanism 1 reaches registers below 0x100, not 0x100

      conf1, 0x00-0xff: mechanism 1: mechanism 1 answers
      conf1, 0x100-0xfff: refused: mechanism 1 reaches registers below 0x100, not
        0x100

      ecam, 0x00-0xff: ECAM: the region at 0xeec00000 (MCFG lists it, it is reserved,
        the kernel uses it)
      ecam, 0x100-0xfff: ECAM: the region at 0xeec00000 (MCFG lists it, it is
        reserved, the kernel uses it)

      Note: not compared: the record does not hold what ECAM answers for each function

      """,
    list: """
      00:00.0 0600: 8086:0d57
      00:01.0 ffff: 1af4:1045 (rev 01)
      00:02.0 0180: 1af4:1042 (rev 01)
      00:03.0 0200: 1af4:1041 (rev 01)
      00:04.0 ffff: 1af4:1053 (rev 01)
      00:05.0 ffff: 1af4:1044 (rev 01)

      """)

  /// What pcicfg 0.1.0 printed of Q35 with ``Version1RecordingTests/answers``.
  fileprivate static let q35 = Texts(
    probe: """
      Record       memory
      Hypervisor   kvm (this is a guest)
      Machine      QEMU, Standard PC (Q35 + ICH9, 2009)
      PCI          3 functions, segment 0000

      Access mode            0x00-0xff        0x100-0xfff
        sysfs                works            works
        procfs               works            works
        mechanism 1 (ports)  works            out of reach
        ECAM (/dev/mem)      works            works
        the kernel itself    mechanism 1      ECAM

      ECAM regions
        0xb0000000-0xbfffffff  segment 0000, buses 00-ff
          + ACPI MCFG lists it
          + the kernel uses it (/proc/iomem: PCI ECAM 0000 [bus 00-ff])
          + the host bridge 0000:00:00.0 decodes it (register 0x60)
          + the firmware's memory map (E820) reserves it
          + /proc/iomem reserves it

      What this rests on
        hypervisor
          saw   CPUID leaf 0x40000000: "KVMKVMKVM"
        sysfs
          saw   0000:00:00.0 register 0x00: 0x29c08086
          saw   0000:00:02.0 register 0x100: 0x00000000
        procfs
          saw   0000:00:00.0 register 0x00: 0x29c08086
          saw   0000:00:02.0 register 0x100: 0x00000000
        mechanism 1 (ports)
          saw   ioperm 0xcf8-0xcff: ok
          saw   conf1 CONFIG_ADDRESS: 0x80000000
          saw   conf1 0000:00:00.0 0x00: 0x29c08086
        ECAM (/dev/mem)
          saw   open /dev/mem: ok
          saw   mmap /dev/mem at 0xb0000000: ok
          saw   ecam 0000:00:00.0 0x00: 0x29c08086
          saw   ecam 0000:00:00.0 0x08: 0x06000000
          saw   mmap /dev/mem at 0xb00fa000: ok
          saw   ecam 0000:00:1f.2 0x00: 0x29228086
          saw   ecam 0000:00:1f.2 0x08: 0x01060102
        the kernel itself, 0x00-0xff: mechanism 1
          saw   /proc/ioports: PCI conf1
        the kernel itself, 0x100-0xfff: ECAM
          saw   /proc/iomem: PCI ECAM 0000 [bus 00-ff]
          saw   2 of 3 config files have 4096 bytes

      Not there: /sys/class/dmi/id/bios_vendor, /sys/class/dmi/id/bios_version,
        /sys/class/dmi/id/bios_date

      Decision     by policy verified, the default
        0x00-0xff    ECAM for 1 of 3 functions (the kernel uses mechanism 1): a guest;
                     the region at 0xb0000000; both mechanisms show the same function
                     at 0000:00:00.0
        0x00-0xff    mechanism 1 for 2 of 3 functions, as the kernel: a guest; the
                     region at 0xb0000000; not compared at 0000:00:02.0: as Linux does
                     it; mechanism 1 answers
        0x100-0xfff  ECAM, as the kernel: a guest; the region at 0xb0000000; both
                     mechanisms show the same function at 0000:00:00.0
        note         not compared: ecam 0000:00:02.0 0x00: SIGBUS (Bus error); the
                     access itself was stopped: a confidential guest, or nothing
                     decodes the address

      """,
    verify: """
      Verdict    good as far as could be seen, 1152 of 2112 registers compared
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
        ecam: 1 function: ecam 0000:00:02.0 0x00: SIGBUS (Bus error); the access
          itself was stopped: a confidential guest, or nothing decodes the address

      """,
    policy: """
      function 0000:00:00.0

      policy       0x00-0xff      0x100-0xfff
      linux        mechanism 1    ECAM
      prefer-ecam  ECAM           ECAM
      verified     ECAM           ECAM           the default
      conf1        mechanism 1    refused
      ecam         ECAM           ECAM

      linux, 0x00-0xff: mechanism 1: mechanism 1 answers
      linux, 0x100-0xfff: ECAM: mechanism 1 reaches registers below 0x100, not 0x100;
        the region at 0xb0000000 (MCFG lists it, it is reserved, the host bridge holds
        it, the kernel uses it)

      prefer-ecam, 0x00-0xff: ECAM: a guest; the region at 0xb0000000 (MCFG lists it,
        it is reserved, the host bridge holds it, the kernel uses it)
      prefer-ecam, 0x100-0xfff: ECAM: a guest; the region at 0xb0000000 (MCFG lists
        it, it is reserved, the host bridge holds it, the kernel uses it)

      verified, 0x00-0xff: ECAM: a guest; the region at 0xb0000000 (MCFG lists it, it
        is reserved, the host bridge holds it, the kernel uses it); both mechanisms
        show the same function at 0000:00:00.0
      verified, 0x100-0xfff: ECAM: a guest; the region at 0xb0000000 (MCFG lists it,
        it is reserved, the host bridge holds it, the kernel uses it); both mechanisms
        show the same function at 0000:00:00.0

      conf1, 0x00-0xff: mechanism 1: mechanism 1 answers
      conf1, 0x100-0xfff: refused: mechanism 1 reaches registers below 0x100, not
        0x100

      ecam, 0x00-0xff: ECAM: the region at 0xb0000000 (MCFG lists it, it is reserved,
        the host bridge holds it, the kernel uses it)
      ecam, 0x100-0xfff: ECAM: the region at 0xb0000000 (MCFG lists it, it is
        reserved, the host bridge holds it, the kernel uses it)

      2 functions: 0000:00:02.0 0000:00:1f.2

      policy       0x00-0xff      0x100-0xfff
      linux        mechanism 1    ECAM
      prefer-ecam  ECAM           ECAM
      verified     mechanism 1    ECAM           the default
      conf1        mechanism 1    refused
      ecam         ECAM           ECAM

      linux, 0x00-0xff: mechanism 1: mechanism 1 answers
      linux, 0x100-0xfff: ECAM: mechanism 1 reaches registers below 0x100, not 0x100;
        the region at 0xb0000000 (MCFG lists it, it is reserved, the host bridge holds
        it, the kernel uses it)

      prefer-ecam, 0x00-0xff: ECAM: a guest; the region at 0xb0000000 (MCFG lists it,
        it is reserved, the host bridge holds it, the kernel uses it)
      prefer-ecam, 0x100-0xfff: ECAM: a guest; the region at 0xb0000000 (MCFG lists
        it, it is reserved, the host bridge holds it, the kernel uses it)

      verified, 0x00-0xff: mechanism 1: a guest; the region at 0xb0000000 (MCFG lists
        it, it is reserved, the host bridge holds it, the kernel uses it); not
        compared at 0000:00:02.0: as Linux does it; mechanism 1 answers
      verified, 0x100-0xfff: ECAM: a guest; the region at 0xb0000000 (MCFG lists it,
        it is reserved, the host bridge holds it, the kernel uses it); not compared at
        0000:00:02.0: as Linux does it; mechanism 1 reaches registers below 0x100, not
        0x100

      conf1, 0x00-0xff: mechanism 1: mechanism 1 answers
      conf1, 0x100-0xfff: refused: mechanism 1 reaches registers below 0x100, not
        0x100

      ecam, 0x00-0xff: ECAM: the region at 0xb0000000 (MCFG lists it, it is reserved,
        the host bridge holds it, the kernel uses it)
      ecam, 0x100-0xfff: ECAM: the region at 0xb0000000 (MCFG lists it, it is
        reserved, the host bridge holds it, the kernel uses it)

      Note: not compared: ecam 0000:00:02.0 0x00: SIGBUS (Bus error); the access
        itself was stopped: a confidential guest, or nothing decodes the address

      """,
    list: """
      00:00.0 0600: 8086:29c0
      00:02.0 0200: 8086:10d3
      00:1f.2 0106: 8086:2922 (rev 02)

      """)
}

@Suite struct Version1RecordingTests {
  /// Answers of every kind, as pcicfg 0.1.0 wrote them.
  private static let answers = """
    ioperm 0xcf8-0xcff: ok
    conf1 CONFIG_ADDRESS: 0x80000000
    conf1 0000:00:00.0 0x00: 0x29c08086
    open /dev/mem: ok
    mmap /dev/mem at 0xb0000000: ok
    ecam 0000:00:00.0 0x00: 0x29c08086
    ecam 0000:00:00.0 0x08: 0x06000000
    mmap /dev/mem at 0xb0010000: ok
    ecam 0000:00:02.0 0x00: SIGBUS (Bus error)
    mmap /dev/mem at 0xb00fa000: ok
    ecam 0000:00:1f.2 0x00: 0x29228086
    ecam 0000:00:1f.2 0x08: 0x01060102
    rdmsr 0xc0010131: EIO (Input/output error)
    stat /sys/bus/pci/devices/0000:00:1f.2/config: 0x00001000
    open /sys/firmware/dmi/entries/0-0/raw: EACCES (Permission denied)

    """

  private static func q35() throws -> LinuxHost.Host {
    var files = try RecordedMachine.q35().files()
    files["answers"] = Array(answers.utf8)
    return try Host(files: files)
  }

  @Test func `a recording of pcicfg 0.1.0 gives the results that it gave`() throws {
    let host = try Version1Recording.host
    #expect(try Texts(host) == .firecracker)
    #expect(host.damagedAnswers == [])
  }

  @Test func `answers of version 1 give the results that they gave`() throws {
    let host = try Self.q35()
    #expect(try Texts(host) == .q35)
    #expect(host.damagedAnswers == [])
  }

  @Test func `a copy of a recording of version 1 has version 2 and gives the same results`() throws
  {
    let copy = try Snapshot(of: Version1Recording.host)
    let absent = [
      "lib/modules/6.18.44-fc-v657/modules.alias",
      "lib/modules/6.18.44-fc-v657/modules.builtin.modinfo", "sys/class/dmi/id/sys_vendor",
      "sys/class/dmi/id/product_name", "sys/class/dmi/id/bios_vendor",
      "sys/class/dmi/id/bios_version", "sys/class/dmi/id/bios_date",
      "sys/firmware/dmi/entries/0-0/raw", "proc/xen/capabilities", "sys/hypervisor/type",
      "boot/config-6.18.44-fc-v657", "sys/kernel/security/lockdown",
    ]
    let lines = ["pcicfg-answers 2"] + absent.map { "open ENOENT \($0)" }
    var files = Version1Recording.files
    files["answers"] = Array(lines.map { $0 + "\n" }.joined().utf8)
    #expect(copy.files == files)
    #expect(try Texts(copy.host) == .firecracker)
    let read = try Host(files: copy.files, links: copy.links, directories: copy.directories)
    #expect(try Texts(read) == .firecracker)
  }

  @Test func `copied answers of every kind are the same in version 2`() throws {
    let copy = try Snapshot(of: Self.q35())
    let lines = String(decoding: copy.files["answers", default: []], as: UTF8.self)
    #expect(
      lines == """
        pcicfg-answers 2
        size 0x00001000 sys/bus/pci/devices/0000:00:1f.2/config
        open EACCES sys/firmware/dmi/entries/0-0/raw
        port-permission ok
        config-address 0x80000000
        conf1 0x29c08086 0000:00:00.0 0x00
        open-memory ok
        map-memory ok 0xb0000000
        ecam 0x29c08086 0000:00:00.0 0x00
        ecam 0x06000000 0000:00:00.0 0x08
        map-memory ok 0xb00fa000
        ecam 0x29228086 0000:00:1f.2 0x00
        ecam 0x01060102 0000:00:1f.2 0x08
        map-memory ok 0xb0010000
        ecam SIGBUS 0000:00:02.0 0x00

        """)
    #expect(try Texts(copy.host) == .q35)
    #expect(
      try Texts(Host(files: copy.files, links: copy.links, directories: copy.directories)) == .q35)
  }
}
