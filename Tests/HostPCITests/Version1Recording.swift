@testable import LinuxHost

/// A recording of a guest under Firecracker that `pcicfg snapshot save` of version 0.1.0 wrote, whose
/// answers have version 1.
enum Version1Recording {
  /// The recording as a host.
  static var host: LinuxHost.Host {
    get throws { try Host(files: files, links: links, directories: directories) }
  }

  /// The bytes of each file, by its path.
  static let files: [String: [UInt8]] = {
    var files = texts.mapValues { Array($0.utf8) }
    files["sys/firmware/acpi/tables/MCFG"] = table
    for function in functions {
      let bytes = function.registers.flatMap { register in
        (0..<4).map { UInt8(truncatingIfNeeded: register >> (8 * $0)) }
      }
      let all = bytes + [UInt8](repeating: 0, count: function.size - bytes.count)
      files["sys/bus/pci/devices/0000:00:\(function.slot)/config"] = all
      files["proc/bus/pci/00/\(function.slot)"] = all
    }
    return files
  }()

  private static let links: [String: String] = Dictionary(
    uniqueKeysWithValues: (1...5).map {
      ("sys/bus/pci/devices/0000:00:0\($0).0/driver", "../../../bus/pci/drivers/virtio-pci")
    })

  private static let directories: Set<String> = [
    "sys/class/mem/full",
    "sys/class/mem/kmsg",
    "sys/class/mem/null",
    "sys/class/mem/random",
    "sys/class/mem/urandom",
    "sys/class/mem/zero",
    "sys/class/misc",
    "sys/devices/system/cpu",
  ]

  private static let table: [UInt8] = [
    0x4D, 0x43, 0x46, 0x47, 0x3C, 0x00, 0x00, 0x00, 0x01, 0x7F, 0x46, 0x49,
    0x52, 0x45, 0x43, 0x4B, 0x46, 0x43, 0x4D, 0x56, 0x4D, 0x43, 0x46, 0x47,
    0x00, 0x00, 0x00, 0x00, 0x46, 0x43, 0x41, 0x54, 0x19, 0x01, 0x24, 0x20,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xC0, 0xEE,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  ]

  /// The functions of bus 0: their doublewords up to the last that is not 0, and the size of their
  /// files in bytes.
  private static let functions: [(slot: String, size: Int, registers: [UInt32])] = [
    (
      "00.0", 4096,
      [
        0x0D57_8086, 0, 0x0600_0000,
      ]
    ),
    (
      "01.0", 256,
      [
        0x1045_1AF4, 0x0010_0406, 0xFFFF_0001, 0, 4, 0x0000_0040,
        0, 0, 0, 0, 0, 0x1045_1AF4,
        0, 0x0000_0040, 0, 0, 0x0110_5009, 0,
        0, 0x0000_0038, 0x0310_6009, 0, 0x0000_2000, 1,
        0x0410_7009, 0, 0x0000_4000, 0x0000_1000, 0x0214_8409, 0,
        0x0000_6000, 0x0000_1000, 4, 0x0514_9809, 0, 0,
        0, 0, 0x8004_0011, 0x0000_8000, 0x0004_8000,
      ]
    ),
    (
      "02.0", 256,
      [
        0x1042_1AF4, 0x0010_0406, 0x0180_0001, 0, 0x0008_0004, 0x0000_0040,
        0, 0, 0, 0, 0, 0x1042_1AF4,
        0, 0x0000_0040, 0, 0, 0x0110_5009, 0,
        0, 0x0000_0038, 0x0310_6009, 0, 0x0000_2000, 1,
        0x0410_7009, 0, 0x0000_4000, 0x0000_1000, 0x0214_8409, 0,
        0x0000_6000, 0x0000_1000, 4, 0x0514_9809, 0, 0,
        0, 0, 0x8001_0011, 0x0000_8000, 0x0004_8000,
      ]
    ),
    (
      "03.0", 256,
      [
        0x1041_1AF4, 0x0010_0406, 0x0200_0001, 0, 0x0010_0004, 0x0000_0040,
        0, 0, 0, 0, 0, 0x1041_1AF4,
        0, 0x0000_0040, 0, 0, 0x0110_5009, 0,
        0, 0x0000_0038, 0x0310_6009, 0, 0x0000_2000, 1,
        0x0410_7009, 0, 0x0000_4000, 0x0000_1000, 0x0214_8409, 0,
        0x0000_6000, 0x0000_1000, 4, 0x0514_9809, 0, 0,
        0, 0, 0x8002_0011, 0x0000_8000, 0x0004_8000,
      ]
    ),
    (
      "04.0", 256,
      [
        0x1053_1AF4, 0x0010_0406, 0xFFFF_0001, 0, 0x0018_0004, 0x0000_0040,
        0, 0, 0, 0, 0, 0x1053_1AF4,
        0, 0x0000_0040, 0, 0, 0x0110_5009, 0,
        0, 0x0000_0038, 0x0310_6009, 0, 0x0000_2000, 1,
        0x0410_7009, 0, 0x0000_4000, 0x0000_1000, 0x0214_8409, 0,
        0x0000_6000, 0x0000_1000, 4, 0x0514_9809, 0, 0,
        0, 0, 0x8003_0011, 0x0000_8000, 0x0004_8000,
      ]
    ),
    (
      "05.0", 256,
      [
        0x1044_1AF4, 0x0010_0406, 0xFFFF_0001, 0, 0x0020_0004, 0x0000_0040,
        0, 0, 0, 0, 0, 0x1044_1AF4,
        0, 0x0000_0040, 0, 0, 0x0110_5009, 0,
        0, 0x0000_0038, 0x0310_6009, 0, 0x0000_2000, 1,
        0x0410_7009, 0, 0x0000_4000, 0x0000_1000, 0x0214_8409, 0,
        0x0000_6000, 0x0000_1000, 4, 0x0514_9809, 0, 0,
        0, 0, 0x8001_0011, 0x0000_8000, 0x0004_8000,
      ]
    ),
  ]

  private static let texts: [String: String] = [
    "answers": """
    open /lib/modules/6.18.44-fc-v657/modules.alias: ENOENT (No such file or directory)
    open /lib/modules/6.18.44-fc-v657/modules.builtin.modinfo: ENOENT (No such file or directory)
    open /sys/class/dmi/id/sys_vendor: ENOENT (No such file or directory)
    open /sys/class/dmi/id/product_name: ENOENT (No such file or directory)
    open /sys/class/dmi/id/bios_vendor: ENOENT (No such file or directory)
    open /sys/class/dmi/id/bios_version: ENOENT (No such file or directory)
    open /sys/class/dmi/id/bios_date: ENOENT (No such file or directory)
    open /sys/firmware/dmi/entries/0-0/raw: ENOENT (No such file or directory)
    open /proc/xen/capabilities: ENOENT (No such file or directory)
    open /sys/hypervisor/type: ENOENT (No such file or directory)
    open /boot/config-6.18.44-fc-v657: ENOENT (No such file or directory)
    open /sys/kernel/security/lockdown: ENOENT (No such file or directory)

    """,
    "cpuid": """
    CPU 0:
       0x00000000 0x00: eax=0x00000020 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69
       0x00000001 0x00: eax=0x000c06f2 ebx=0x00020800 ecx=0xfffa3203 edx=0x1f8bfbff
       0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d
       0x80000000 0x00: eax=0x80000008 ebx=0x00000000 ecx=0x00000000 edx=0x00000000

    """,
    "proc/cmdline": "\n",
    "proc/iomem": """
    00000000-00000fff : Reserved
    00001000-0009fbff : System RAM
    0009fc00-000fffff : Reserved
      000de000-000defff : AMZNC10C:00
      000f0000-000fffff : System ROM
    00100000-bfffffff : System RAM
    c0001000-eebfffff : PCI Bus 0000:00
    eec00000-febfffff : Reserved
      eec00000-eecfffff : PCI ECAM 0000 [bus 00-00]
        eec00000-eecfffff : PCI Bus 0000:00
    fec00000-fec003ff : IOAPIC 0
    100000000-63fffffff : System RAM
    4000000000-7fffffffff : PCI Bus 0000:00
      4000000000-400007ffff : 0000:00:01.0
        4000000000-400007ffff : virtio-pci-modern
      4000080000-40000fffff : 0000:00:02.0
        4000080000-40000fffff : virtio-pci-modern
      4000100000-400017ffff : 0000:00:03.0
        4000100000-400017ffff : virtio-pci-modern
      4000180000-40001fffff : 0000:00:04.0
        4000180000-40001fffff : virtio-pci-modern
      4000200000-400027ffff : 0000:00:05.0
        4000200000-400027ffff : virtio-pci-modern

    """,
    "proc/ioports": """
    0000-0cf7 : PCI Bus 0000:00
      0000-001f : dma1
      0020-0021 : pic1
      0040-0043 : timer0
      0050-0053 : timer1
      0060-0060 : keyboard
      0064-0064 : keyboard
      0070-0071 : rtc_cmos
      0080-008f : dma page reg
      00a0-00a1 : pic2
      00c0-00df : dma2
      00f0-00ff : fpu
      03f8-03ff : serial
    0cf8-0cff : PCI conf1
    0d00-ffff : PCI Bus 0000:00

    """,
    "proc/self/status": """
    Uid:\t0\t0\t0\t0
    CapEff:\t000001fffeffffff
    Seccomp:\t0

    """,
    "proc/self/uid_map": "         0          0 4294967295\n",
    "proc/sys/kernel/osrelease": "6.18.44-fc-v657\n",
    "sys/bus/pci/devices/0000:00:00.0/class": "0x060000\n",
    "sys/bus/pci/devices/0000:00:00.0/device": "0x0d57\n",
    "sys/bus/pci/devices/0000:00:00.0/irq": "0\n",
    "sys/bus/pci/devices/0000:00:00.0/modalias":
      "pci:v00008086d00000D57sv00000000sd00000000bc06sc00i00\n",
    "sys/bus/pci/devices/0000:00:00.0/numa_node": "-1\n",
    "sys/bus/pci/devices/0000:00:00.0/power_state": "D0\n",
    "sys/bus/pci/devices/0000:00:00.0/resource": """
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """,
    "sys/bus/pci/devices/0000:00:00.0/revision": "0x00\n",
    "sys/bus/pci/devices/0000:00:00.0/subsystem_device": "0x0000\n",
    "sys/bus/pci/devices/0000:00:00.0/subsystem_vendor": "0x0000\n",
    "sys/bus/pci/devices/0000:00:00.0/uevent": """
    PCI_CLASS=60000
    PCI_ID=8086:0D57
    PCI_SUBSYS_ID=0000:0000
    PCI_SLOT_NAME=0000:00:00.0
    MODALIAS=pci:v00008086d00000D57sv00000000sd00000000bc06sc00i00

    """,
    "sys/bus/pci/devices/0000:00:00.0/vendor": "0x8086\n",
    "sys/bus/pci/devices/0000:00:01.0/class": "0xffff00\n",
    "sys/bus/pci/devices/0000:00:01.0/device": "0x1045\n",
    "sys/bus/pci/devices/0000:00:01.0/irq": "0\n",
    "sys/bus/pci/devices/0000:00:01.0/modalias":
      "pci:v00001AF4d00001045sv00001AF4sd00001045bcFFscFFi00\n",
    "sys/bus/pci/devices/0000:00:01.0/numa_node": "-1\n",
    "sys/bus/pci/devices/0000:00:01.0/power_state": "D0\n",
    "sys/bus/pci/devices/0000:00:01.0/resource": """
    0x0000004000000000 0x000000400007ffff 0x0000000000140204
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """,
    "sys/bus/pci/devices/0000:00:01.0/revision": "0x01\n",
    "sys/bus/pci/devices/0000:00:01.0/subsystem_device": "0x1045\n",
    "sys/bus/pci/devices/0000:00:01.0/subsystem_vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:01.0/uevent": """
    DRIVER=virtio-pci
    PCI_CLASS=FFFF00
    PCI_ID=1AF4:1045
    PCI_SUBSYS_ID=1AF4:1045
    PCI_SLOT_NAME=0000:00:01.0
    MODALIAS=pci:v00001AF4d00001045sv00001AF4sd00001045bcFFscFFi00

    """,
    "sys/bus/pci/devices/0000:00:01.0/vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:02.0/class": "0x018000\n",
    "sys/bus/pci/devices/0000:00:02.0/device": "0x1042\n",
    "sys/bus/pci/devices/0000:00:02.0/irq": "0\n",
    "sys/bus/pci/devices/0000:00:02.0/modalias":
      "pci:v00001AF4d00001042sv00001AF4sd00001042bc01sc80i00\n",
    "sys/bus/pci/devices/0000:00:02.0/numa_node": "-1\n",
    "sys/bus/pci/devices/0000:00:02.0/power_state": "D0\n",
    "sys/bus/pci/devices/0000:00:02.0/resource": """
    0x0000004000080000 0x00000040000fffff 0x0000000000140204
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """,
    "sys/bus/pci/devices/0000:00:02.0/revision": "0x01\n",
    "sys/bus/pci/devices/0000:00:02.0/subsystem_device": "0x1042\n",
    "sys/bus/pci/devices/0000:00:02.0/subsystem_vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:02.0/uevent": """
    DRIVER=virtio-pci
    PCI_CLASS=18000
    PCI_ID=1AF4:1042
    PCI_SUBSYS_ID=1AF4:1042
    PCI_SLOT_NAME=0000:00:02.0
    MODALIAS=pci:v00001AF4d00001042sv00001AF4sd00001042bc01sc80i00

    """,
    "sys/bus/pci/devices/0000:00:02.0/vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:03.0/class": "0x020000\n",
    "sys/bus/pci/devices/0000:00:03.0/device": "0x1041\n",
    "sys/bus/pci/devices/0000:00:03.0/irq": "0\n",
    "sys/bus/pci/devices/0000:00:03.0/modalias":
      "pci:v00001AF4d00001041sv00001AF4sd00001041bc02sc00i00\n",
    "sys/bus/pci/devices/0000:00:03.0/numa_node": "-1\n",
    "sys/bus/pci/devices/0000:00:03.0/power_state": "D0\n",
    "sys/bus/pci/devices/0000:00:03.0/resource": """
    0x0000004000100000 0x000000400017ffff 0x0000000000140204
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """,
    "sys/bus/pci/devices/0000:00:03.0/revision": "0x01\n",
    "sys/bus/pci/devices/0000:00:03.0/subsystem_device": "0x1041\n",
    "sys/bus/pci/devices/0000:00:03.0/subsystem_vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:03.0/uevent": """
    DRIVER=virtio-pci
    PCI_CLASS=20000
    PCI_ID=1AF4:1041
    PCI_SUBSYS_ID=1AF4:1041
    PCI_SLOT_NAME=0000:00:03.0
    MODALIAS=pci:v00001AF4d00001041sv00001AF4sd00001041bc02sc00i00

    """,
    "sys/bus/pci/devices/0000:00:03.0/vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:04.0/class": "0xffff00\n",
    "sys/bus/pci/devices/0000:00:04.0/device": "0x1053\n",
    "sys/bus/pci/devices/0000:00:04.0/irq": "0\n",
    "sys/bus/pci/devices/0000:00:04.0/modalias":
      "pci:v00001AF4d00001053sv00001AF4sd00001053bcFFscFFi00\n",
    "sys/bus/pci/devices/0000:00:04.0/numa_node": "-1\n",
    "sys/bus/pci/devices/0000:00:04.0/power_state": "D0\n",
    "sys/bus/pci/devices/0000:00:04.0/resource": """
    0x0000004000180000 0x00000040001fffff 0x0000000000140204
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """,
    "sys/bus/pci/devices/0000:00:04.0/revision": "0x01\n",
    "sys/bus/pci/devices/0000:00:04.0/subsystem_device": "0x1053\n",
    "sys/bus/pci/devices/0000:00:04.0/subsystem_vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:04.0/uevent": """
    DRIVER=virtio-pci
    PCI_CLASS=FFFF00
    PCI_ID=1AF4:1053
    PCI_SUBSYS_ID=1AF4:1053
    PCI_SLOT_NAME=0000:00:04.0
    MODALIAS=pci:v00001AF4d00001053sv00001AF4sd00001053bcFFscFFi00

    """,
    "sys/bus/pci/devices/0000:00:04.0/vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:05.0/class": "0xffff00\n",
    "sys/bus/pci/devices/0000:00:05.0/device": "0x1044\n",
    "sys/bus/pci/devices/0000:00:05.0/irq": "0\n",
    "sys/bus/pci/devices/0000:00:05.0/modalias":
      "pci:v00001AF4d00001044sv00001AF4sd00001044bcFFscFFi00\n",
    "sys/bus/pci/devices/0000:00:05.0/numa_node": "-1\n",
    "sys/bus/pci/devices/0000:00:05.0/power_state": "D0\n",
    "sys/bus/pci/devices/0000:00:05.0/resource": """
    0x0000004000200000 0x000000400027ffff 0x0000000000140204
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """,
    "sys/bus/pci/devices/0000:00:05.0/revision": "0x01\n",
    "sys/bus/pci/devices/0000:00:05.0/subsystem_device": "0x1044\n",
    "sys/bus/pci/devices/0000:00:05.0/subsystem_vendor": "0x1af4\n",
    "sys/bus/pci/devices/0000:00:05.0/uevent": """
    DRIVER=virtio-pci
    PCI_CLASS=FFFF00
    PCI_ID=1AF4:1044
    PCI_SUBSYS_ID=1AF4:1044
    PCI_SLOT_NAME=0000:00:05.0
    MODALIAS=pci:v00001AF4d00001044sv00001AF4sd00001044bcFFscFFi00

    """,
    "sys/bus/pci/devices/0000:00:05.0/vendor": "0x1af4\n",
    "sys/firmware/memmap/0/end": "0x9fbff\n",
    "sys/firmware/memmap/0/start": "0x0\n",
    "sys/firmware/memmap/0/type": "System RAM\n",
    "sys/firmware/memmap/1/end": "0xfffff\n",
    "sys/firmware/memmap/1/start": "0x9fc00\n",
    "sys/firmware/memmap/1/type": "Reserved\n",
    "sys/firmware/memmap/2/end": "0xbfffffff\n",
    "sys/firmware/memmap/2/start": "0x100000\n",
    "sys/firmware/memmap/2/type": "System RAM\n",
    "sys/firmware/memmap/3/end": "0xfebfffff\n",
    "sys/firmware/memmap/3/start": "0xeec00000\n",
    "sys/firmware/memmap/3/type": "Reserved\n",
    "sys/firmware/memmap/4/end": "0x63fffffff\n",
    "sys/firmware/memmap/4/start": "0x100000000\n",
    "sys/firmware/memmap/4/type": "System RAM\n",
  ]
}
