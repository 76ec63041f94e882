import TestSupport

@testable import PCIConfig

/// The files of a small recorded machine, a guest on Q35 with a root port and a device behind it,
/// and of what other machines have in their stead.
enum RecordedFiles {
  /// The files that there are, by path.
  static let present: [String: [UInt8]] = {
    var files = texts.mapValues { Array($0.utf8) }
    files["sys/firmware/acpi/tables/MCFG"] =
      MCFGTable(
        entries: [MCFGEntry(base: 0xB000_0000, segment: 0, firstBus: 0, lastBus: 255)]
      ).bytes
    files["sys/firmware/dmi/entries/0-0/raw"] =
      [0, 0x18] + [UInt8](repeating: 0, count: 0x11) + [0x10]
    for (address, registers) in functions {
      files["sys/bus/pci/devices/0000:\(address)/config"] = registers
      files["proc/bus/pci/\(address.replacing(":", with: "/"))"] = registers
    }
    return files
  }()

  /// Where there is no file, but may be one.
  static let absent = [
    "sys/devices/system/cpu/sev/vmpl", "sys/class/misc/tdx_guest/dev", "proc/xen/capabilities",
    "sys/hypervisor/type", "sys/hypervisor/guest_type", "sys/bus/pci/devices/0000:01:00.0/vendor",
    "sys/bus/pci/devices/0000:01:00.0/device", "sys/bus/pci/devices/0000:01:00.0/class",
    "sys/bus/pci/devices/10000:00:00.0/config", "sys/bus/pci/devices/1:0.0/config",
    "sys/bus/pci/devices/address/config", "proc/bus/pci/0000:00/00.0",
    "sys/bus/pci/devices/0000:00:01.0/power_state", "sys/firmware/memmap/2/start",
  ]

  /// What other machines have in files.
  static let alternatives: [(path: String, bytes: [UInt8])] =
    otherTexts.map { ($0.path, Array(($0.text + "\n").utf8)) }
    + RecordedIdentities.all.map { ("cpuid", Array($0.utf8)) } + capabilities
    + [256, 4096].map {
      ("sys/bus/pci/devices/0000:01:00.0/config", [UInt8](repeating: 0xFF, count: $0))
    }

  /// The symbolic links.
  static let links = [
    "sys/bus/pci/devices/0000:01:00.0/driver": "../../../../bus/pci/drivers/e1000e",
    "sys/bus/pci/devices/0000:01:00.0/iommu_group": "../../../../kernel/iommu_groups/7",
  ]

  /// All paths in a fixed order.
  static let paths = (present.keys + absent).sorted()

  private static let functions: [(String, [UInt8])] = [
    (
      "00:00.0",
      image([0x00: 0x29C0_8086, 0x08: 0x0600_0000, 0x2C: 0x1100_1AF4, 0x60: 0xB000_0001], 256)
    ),
    (
      "00:01.0",
      image(
        [
          0x00: 0x000C_1B36, 0x04: 0x0010_0007, 0x08: 0x0604_0000, 0x0C: 0x0001_0000,
          0x18: 0x0001_0100, 0x1C: 0x0000_1010, 0x20: 0xFE20_FE20, 0x24: 0xFFF1_0001,
          0x34: 0x54, 0x3C: 0x0002_010A, 0x40: 0x0000_000D, 0x48: 0x0003_6001, 0x54: 0x0142_4810,
          0x60: 0x0000_4005, 0x100: 0x1402_0001, 0x140: 0x0001_000D,
        ], 0x150)
    ),
    (
      "01:00.0",
      image(
        [
          0x00: 0x10D3_8086, 0x04: 0x0010_0406, 0x08: 0x0200_0000, 0x10: 0xFE20_000C,
          0x18: 0x0000_C001, 0x2C: 0x0000_8086, 0x30: 0xFE28_0001, 0x34: 0xC8, 0x3C: 0x0000_010B,
          0xC8: 0x0022_D001, 0xD0: 0x0081_E005, 0xE0: 0x0002_A010, 0xA0: 0x0004_0011,
        ], 256)
    ),
  ]

  private static let texts = [
    "cpuid": """
    CPU 0:
       0x00000000 0x00: eax=0x0000001f ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
       0x00000001 0x00: eax=0x00a10f11 ebx=0x00010800 ecx=0xf7fa3203 edx=0x078bfbff
       0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d
       0x8000001f 0x00: eax=0x00000002 ebx=0x00000000 ecx=0x00000000 edx=0x00000000

    """,
    "answers": """
    ioperm 0xcf8-0xcff: ok
    conf1 CONFIG_ADDRESS: 0x80000000
    conf1 0000:00:00.0 0x00: 0x29c08086
    open /dev/mem: ok
    mmap /dev/mem at 0xb0000000: ok
    ecam 0000:00:00.0 0x00: 0x29c08086
    ecam 0000:00:00.0 0x08: 0x06000000
    ecam 0000:00:01.0 0x00: 0x000c1b36
    mmap /dev/mem at 0xb0100000: EPERM (Operation not permitted)
    ecam 0000:01:00.0 0x00: 0xffffffff
    rdmsr 0xc0010131: 0x00000000

    """,
    "proc/iomem": """
    00001000-0009fbff : System RAM
    00100000-1ffdefff : System RAM
    b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]
      b0000000-bfffffff : Reserved
    c0000000-febfffff : PCI Bus 0000:00
      fed1c000-fed1ffff : pnp 00:08

    """,
    "proc/ioports": "0000-0cf7 : PCI Bus 0000:00\n  0060-0060 : keyboard\n0cf8-0cff : PCI conf1\n",
    "proc/cmdline": "console=ttyS0 pci=noaer iomem=relaxed quiet\n",
    "proc/self/status":
      "Name:\tcat\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n",
    "proc/self/uid_map": "         0          0 4294967295\n",
    "proc/sys/kernel/osrelease": "6.12.0\n",
    "boot/config-6.12.0":
      "CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\nCONFIG_IO_STRICT_DEVMEM=y\nCONFIG_X86_MSR=m\n",
    "sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
    "sys/class/mem/mem/dev": "1:1\n",
    "sys/class/dmi/id/sys_vendor": "QEMU\n",
    "sys/class/dmi/id/product_name": "Standard PC (Q35 + ICH9, 2009)\n",
    "sys/class/dmi/id/bios_vendor": "SeaBIOS\n",
    "sys/class/dmi/id/bios_version": "1.16.2\n",
    "sys/class/dmi/id/bios_date": "04/01/2014\n",
    "sys/firmware/memmap/0/start": "0x0\n",
    "sys/firmware/memmap/0/end": "0x9fbff\n",
    "sys/firmware/memmap/0/type": "System RAM\n",
    "sys/firmware/memmap/1/start": "0xb0000000\n",
    "sys/firmware/memmap/1/end": "0xbfffffff\n",
    "sys/firmware/memmap/1/type": "Reserved\n",
    "sys/bus/pci/devices/0000:01:00.0/uevent": """
    DRIVER=e1000e
    PCI_CLASS=20000
    PCI_ID=8086:10D3
    PCI_SUBSYS_ID=8086:0000
    PCI_SLOT_NAME=0000:01:00.0

    """,
    "sys/bus/pci/devices/0000:01:00.0/revision": "0x00\n",
    "sys/bus/pci/devices/0000:01:00.0/irq": "24\n",
    "sys/bus/pci/devices/0000:01:00.0/numa_node": "0\n",
    "sys/bus/pci/devices/0000:01:00.0/resource": """
    0x00000000fe200000 0x00000000fe21ffff 0x0000000000040200
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x000000000000c000 0x000000000000c01f 0x0000000000040101

    """,
  ]

  private static let otherTexts: [(path: String, text: String)] = [
    ("proc/sys/kernel/osrelease", "6.12.0-name"),
    ("proc/cmdline", "name=\"a iommu=on\" \"pci=nommconf\" iomem=\"relaxed"),
    ("proc/iomem", "00000000-00000000 : System RAM\n00000000-00000000 : PCI ECAM 0000 [bus 00-ff]"),
    (
      "proc/iomem",
      "b0000000-b7ffffff : PCI MMCONFIG 0000 [bus 00-7f]\nb0000000-b0ffffff : pnp 00:01"
    ),
    ("proc/iomem", "80000000-febfffff : System RAM\nb0000000-bfffffff : PCI MMCONFIG 0 [00-ff]"),
    ("proc/ioports", "0cf8-0cff : PCI conf2"),
    ("proc/ioports", "0000-0cf7 : PCI Bus 0000:00"),
    ("proc/cmdline", "pci=nommconf"), ("proc/cmdline", "pci=conf1,noacpi iomem=strict"),
    ("proc/cmdline", "pci=off"),
    ("proc/self/status", "Uid:\t1000\t1000\nCapEff:\t0000000000000000\nSeccomp:\t2"),
    ("proc/self/status", "Uid:\t0\t0\nCapEff:\t0000000000200000"),
    ("proc/self/uid_map", "0 1000 1"),
    ("boot/config-6.12.0", "# CONFIG_DEVMEM is not set\nCONFIG_SECURITY_LOCKDOWN_LSM=y"),
    ("sys/kernel/security/lockdown", "[none] integrity confidentiality"),
    ("sys/kernel/security/lockdown", "none integrity [confidentiality]"),
    ("sys/class/dmi/id/sys_vendor", "innotek GmbH"), ("sys/class/dmi/id/sys_vendor", "Amazon EC2"),
    ("sys/class/dmi/id/product_name", "Google Compute Engine"),
    ("sys/class/dmi/id/bios_date", "12/31/2008"), ("sys/class/dmi/id/bios_date", "01/01/2022"),
    ("sys/firmware/memmap/1/type", "System RAM"), ("sys/firmware/memmap/1/end", "0xb7ffffff"),
    ("proc/xen/capabilities", "control_d"), ("sys/hypervisor/type", "xen"),
    ("sys/bus/pci/devices/0000:00:01.0/power_state", "D3cold"),
    ("answers", "ioperm 0xcf8-0xcff: EPERM (Operation not permitted)\nopen /dev/mem: EACCES"),
    ("answers", "ioperm 0xcf8-0xcff: ok\nconf1 CONFIG_ADDRESS: 0x00000000\nopen /dev/mem: ENOENT"),
    (
      "answers",
      """
      ioperm 0xcf8-0xcff: ok
      conf1 CONFIG_ADDRESS: 0x80000000
      conf1 0000:00:00.0 0x00: 0xffffffff
      open /dev/mem: ok
      mmap /dev/mem at 0xb0000000: EPERM
      ecam 0000:00:01.0 0x04: 0x00000000
      rdmsr 0xc0010131: 0x00000007
      """
    ),
    (
      "answers",
      """
      open /dev/mem: ok
      mmap /dev/mem at 0xb0000000: ok
      ecam 0000:00:00.0 0x00: SIGBUS (Bus error)
      """
    ),
    (
      "answers",
      """
      pcicfg-answers 2
      port-permission ok
      config-address 0x80000000
      conf1 0x29c08086 0000:00:00.0 0x00
      open-memory ok
      map-memory ok 0xb0000000
      ecam 0x29c08086 0000:00:00.0 0x00
      ecam 0x06000000 0000:00:00.0 0x08
      map-memory EPERM 0xb0100000
      sev-status 0x00000003
      open EACCES sys/firmware/acpi/tables/MCFG
      open ENOENT sys/class/dmi/id/bios\\x20vendor
      size 0x00001000 sys/bus/pci/devices/0000:00:00.0/config
      """
    ),
    (
      "answers",
      """
      pcicfg-answers 2
      port-permission EPERM
      open-memory errno=95
      read EIO proc/iomem
      """
    ),
  ]

  /// Registers of the device with one capability each, full of several patterns, and of an Express
  /// function with one in extended configuration space.
  private static var capabilities: [(path: String, bytes: [UInt8])] {
    let path = "sys/bus/pci/devices/0000:01:00.0/config"
    let patterns: [UInt8] = [0, 0x5A, 0xA5, 0xFF]
    return (1...0x15).flatMap { id in
      patterns.map { (path, image(capability: id, at: 0x40, $0, count: 0x80)) }
    }
      + (0...0x31).flatMap { id in
        patterns.map { pattern in
          var bytes = image(capability: 0x10, at: 0x40, 0, count: 0x160)
          bytes.replaceSubrange(0x100..., with: [UInt8](repeating: pattern, count: 0x60))
          bytes.replaceSubrange(0x100..<0x104, with: [UInt8(id), 0, 1, 0])
          return (path, bytes)
        }
      }
  }

  private static func image(
    capability id: Int, at offset: Int, _ pattern: UInt8, count: Int
  ) -> [UInt8] {
    var bytes = image(
      [0x00: 0x10D3_8086, 0x04: 0x0010_0406, 0x08: 0x0200_0000, 0x34: UInt32(offset)], count)
    bytes.replaceSubrange(offset..., with: [UInt8](repeating: pattern, count: count - offset))
    bytes.replaceSubrange(offset..<(offset + 2), with: [UInt8(id), 0])
    return bytes
  }

  private static func image(_ doublewords: [Int: UInt32], _ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for (offset, value) in doublewords {
      bytes.replaceSubrange(offset..<(offset + 4), with: little(UInt64(value), 4))
    }
    return bytes
  }
}
