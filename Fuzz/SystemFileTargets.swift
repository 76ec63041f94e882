@testable import HostPCI
@testable import LinuxHost
@testable import PCIConfig

extension FuzzTarget {
  /// Files in which the kernel tells about itself, a process, a device or a function. The first
  /// letter of an input says which.
  static let systemFiles = FuzzTarget(
    name: "system-files",
    seeds: {
      [
        (
          "a",
          "BOOT_IMAGE=/vmlinuz root=/dev/sda1 pci=nommconf,noaer iomem=relaxed pci=off -- pci=conf1"
        ),
        ("a", "dyndbg=\"file a.c +p; pci=off\" \"pci=conf1 x\" iomem=\"relaxed\" pci=noaer,\"b"),
        (
          "b",
          "# Kernel\nCONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=m\n# CONFIG_DEVPORT is not set\nCONFIG_X=1\n"
        ),
        ("c", "Name:\tcat\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t000001ffffffffff\nSeccomp:\t2\n"),
        (
          "d",
          "0x00000000f0000000 0x00000000f7ffffff 0x0000000000040200\n0x0 0x0 0x0\n0xc000 0xc0ff 0x1\n"
        ),
        ("e", "Microsoft Corporation\nVirtual Machine\nSeaBIOS\n1.16.2\n04/01/2014"),
        ("e", "Amazon EC2\nm5.metal\nAmazon EC2\n1.0\n10/16/2017"),
        ("f", "DRIVER=virtio-pci\nPCI_CLASS=20000\nPCI_ID=1AF4:1041\nPCI_SUBSYS_ID=1AF4:1100\n"),
      ].map { letter, text in Array((letter + text).utf8) }
    },
    words: [
      "pci=", "iomem=", "relaxed", " -- ", "nommconf", "CONFIG_", "DEVMEM", "=y\n", "=m\n",
      "Uid:\t", "CapEff:\t", "Seccomp:\t", "0x", " 0xffffffffffffffff ", "0xfffffffffffffffe",
      "QEMU", "Xen", "VMware", "VirtualBox", "innotek GmbH", "Parallels", "KVM", "Google",
      "Microsoft Corporation", "Virtual Machine", "OpenBSD", "VMM", "Amazon EC2", ".metal",
      "DRIVER=", "PCI_CLASS=", "PCI_ID=", "PCI_SUBSYS_ID=", "FFFF:", "0000",
    ],
    run: { bytes in
      guard let letter = bytes.first else { return 0 }
      let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
      switch letter % 6 {
      case UInt8(ascii: "a") % 6: return commandLine(text)
      case UInt8(ascii: "b") % 6: return options(text)
      case UInt8(ascii: "c") % 6: return privileges(text)
      case UInt8(ascii: "d") % 6: return ranges(text)
      case UInt8(ascii: "e") % 6: return firmware(text)
      default: return event(text)
      }
    })

  private static func commandLine(_ text: String) -> Int {
    let line = KernelCommandLine(text)
    let options = line.pci
    for option in options { precondition(!option.isEmpty && !option.contains(",")) }
    // Blanks in quotes belong to a value.
    if !text.contains("\"") {
      precondition(!options.contains { $0.contains(" ") })
      let again = KernelCommandLine("pci=" + options.joined(separator: ",") + " -- pci=off")
      precondition(again.pci == options)
    }
    return options.count + (line.relaxesMemory ? 1 : 0)
  }

  private static func options(_ text: String) -> Int {
    let options = KernelOptions(text: text)
    precondition(KernelOptions(text: text + "\n" + text) == options)
    let found = KernelOptions.Option.allCases.filter(options.has)
    for option in found { precondition(text.contains("CONFIG_\(option.rawValue)=")) }
    return found.count
  }

  private static func privileges(_ text: String) -> Int {
    let privileges = Privileges(status: text)
    precondition(privileges.hasRawIO.map { _ in 1 } == privileges.capabilities.map { _ in 1 })
    let status =
      (privileges.user.map { "Uid:\t0\t\($0)\n" } ?? "")
      + (privileges.capabilities.map { "CapEff:\t\(hexadecimal($0, digits: 16))\n" } ?? "")
      + (privileges.isFiltered ? "Seccomp:\t2\n" : "")
    precondition(Privileges(status: status) == privileges)
    return (privileges.hasRawIO == true ? 1 : 0) + (privileges.hasAdmin == true ? 1 : 0)
  }

  private static func ranges(_ text: String) -> Int {
    let ranges = AssignedRange.parse(text)
    precondition(ranges.count <= 7)
    let lines = ranges.map { range in
      let last = range.size > 0 ? range.start + (range.size - 1) : 0
      let numbers = [range.start, last, range.flags]
      return numbers.map { "0x" + hexadecimal($0, digits: 1) }.joined(separator: " ") + "\n"
    }
    precondition(AssignedRange.parse(lines.joined()) == ranges)
    return ranges.count { $0.size > 0 }
  }

  private static func firmware(_ text: String) -> Int {
    let names = ["sys_vendor", "product_name", "bios_vendor", "bios_version", "bios_date"]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let strings = FirmwareStrings(zip(names, lines).map { ($0, .known($1)) })
    precondition(strings.strings == Dictionary(zip(names, lines)) { first, _ in first })
    var hints = HypervisorDecision.Hints(firmware: strings)
    let decision = HypervisorDecision(nil, hints)
    precondition(decision == nil || strings.product != nil)
    hints.isDescribedAsVirtual = true
    precondition(HypervisorDecision(nil, hints)?.isGuest == true)
    return decision?.reasons.count ?? 0
  }

  private static func event(_ text: String) -> Int {
    let event = DeviceEvent(text)
    var lines = event.driver.map { "DRIVER=\($0)\n" } ?? ""
    if let code = event.classCode { lines += "PCI_CLASS=\(code)\n" }
    if let (vendor, device) = event.identification {
      lines += "PCI_ID=\(hexadecimal(vendor, digits: 1)):\(hexadecimal(device, digits: 1))\n"
    }
    if let board = event.subsystem {
      lines += "PCI_SUBSYS_ID=\(hexadecimal(board.vendorID, digits: 1)):"
      lines += hexadecimal(board.id, digits: 1) + "\n"
    }
    let again = DeviceEvent(lines)
    precondition(again.driver == event.driver && again.classCode == event.classCode)
    precondition(again.subsystem == event.subsystem)
    precondition(again.identification.map { [$0, $1] } == event.identification.map { [$0, $1] })
    return lines.utf8.count
  }
}
