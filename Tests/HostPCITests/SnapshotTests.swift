import Foundation
import PCIConfig
import TestSupport
import Testing

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost

/// What the commands say of a machine.
private func texts(_ host: LinuxHost.Host) -> [String] {
  var texts = [Probe(host).text, Verification(host).text]
  if let inventory = try? Inventory(of: host, details: .all) {
    var listing = Listing(inventory)
    listing.isVerbose = true
    listing.byteLimit = 4096
    texts.append(listing.text + inventory.failures.joined(separator: "\n"))
  }
  if let report = try? MCFGReport(of: host) { texts.append(report.text) }
  let probe = Probe(host)
  if let facts = probe.accessFacts {
    texts.append(
      PolicyTable(
        functions: probe.facts.functions.value?.map(\.address) ?? [],
        policies: AccessPolicy.allCases, facts: facts, notes: probe.notes
      ).text)
  }
  return texts
}

private func texts(_ machine: RecordedMachine) throws -> [String] {
  texts(try Host(files: machine.files()))
}

extension RecordedMachine {
  fileprivate func snapshot(includesSerialNumbers: Bool = false) throws -> Snapshot {
    try Snapshot(of: Host(recordedAt: root), includesSerialNumbers: includesSerialNumbers)
  }

  /// Q35 with files beside those that decide the access.
  fileprivate static func whole() throws -> RecordedMachine {
    let machine = try q35()
    let network = "sys/bus/pci/devices/0000:00:02.0/"
    try machine.write(
      network + "uevent",
      "DRIVER=e1000e\nPCI_CLASS=20000\nPCI_ID=8086:10D3\nPCI_SUBSYS_ID=8086:A01F\n"
        + "MODALIAS=pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00")
    try machine.write(network + "modalias", "pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00")
    try machine.write(network + "irq", "24")
    try machine.write(network + "numa_node", "1")
    try machine.write(
      network + "resource", "0x00000000fea00000 0x00000000fea1ffff 0x0000000000040200")
    try machine.write("sys/bus/pci/devices/slot/uevent", "")
    try machine.write("sys/firmware/dmi/entries/0-0/raw", [UInt8](repeating: 0x18, count: 20))
    try machine.write(
      "lib/modules/6.12.117/modules.alias",
      "alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e\nalias pci:v0000ABCDd* owner")
    return machine
  }
}

@Suite struct SnapshotTests {
  @Test func `a snapshot of a record shows the same`() throws {
    let machine = try RecordedMachine.whole()
    let snapshot = try machine.snapshot()
    #expect(snapshot.functionCount == 3)
    #expect(try texts(snapshot.host) == texts(machine))
    #expect(
      snapshot.omissions == [
        "what else the kernel was built with: /boot/config-6.12.117",
        "options for other things than PCI and memory: 2 of /proc/cmdline",
        "where the kernel lies: /proc/iomem",
        "what else there is of the process: /proc/self/status",
      ])
  }

  @Test func `what a machine refuses, lacks, and shows of too few bytes is told the same`() throws {
    let machine = try RecordedMachine.whole()
    for name in ["0000:00:00.0", "0000:00:02.0", "0000:00:1f.2"] {
      let path = "sys/bus/pci/devices/\(name)/config"
      let bytes = try machine.files()[path] ?? []
      try machine.write(path, Array(bytes.prefix(64)))
    }
    try machine.remove("proc/bus")
    try machine.remove("sys/firmware/acpi/tables/MCFG")
    try machine.write(
      "answers",
      """
      stat /sys/bus/pci/devices/0000:00:00.0/config: 0x00000100
      stat /sys/bus/pci/devices/0000:00:02.0/config: 0x00001000
      open /sys/firmware/acpi/tables/MCFG: EACCES (Permission denied)
      open /proc/bus/pci/00/00.0: ENOENT (No such file or directory)
      ioperm 0xcf8-0xcff: EPERM
      open /dev/mem: EACCES
      """)
    try machine.write("proc/self/status", "Uid:\t1000\t1000\nCapEff:\t0000000000000000")
    #expect(try texts(machine.snapshot().host) == texts(machine))
    let probe = Probe(try machine.snapshot().host)
    #expect(probe.availability(.sysfs) == [.headerOnly, .refused])
    #expect(probe.availability(.procfs) == [.missing, .missing])
    #expect(
      probe.ecam.table.failure
        == SystemFailure("open", "/sys/firmware/acpi/tables/MCFG", .errno(EACCES)))
  }

  @Test func `a machine without PCI, and one of which nothing is known, stay so`() throws {
    let empty = try RecordedMachine()
    #expect(try texts(empty.snapshot().host) == texts(empty))
    try empty.write("answers", "open /sys/bus/pci/devices: ENOENT")
    let snapshot = try empty.snapshot()
    #expect(try texts(snapshot.host) == texts(empty))
    #expect(snapshot.functionCount == 0)
    #expect(snapshot.host.tells(of: "/sys/bus/pci/devices"))
  }

  @Test func `this machine's snapshot shows what it shows`() throws {
    let snapshot = try Snapshot(of: .live, compares: true)
    let live = Probe(.live, rawAccess: .everyFunction).text
    let release = LinuxHost.Host.live.line("proc/sys/kernel/osrelease").value.map {
      KernelRelease($0)
    }
    // A name of the builder's own is not in the record, and lines break elsewhere without it.
    func words(_ text: String) -> [Substring] {
      text.replacingOccurrences(of: release?.text ?? "\n", with: release?.publicText ?? "\n")
        .split(whereSeparator: \.isWhitespace)
    }
    #expect(
      words(
        Probe(snapshot.host).text.replacingOccurrences(of: "Record       memory\n", with: ""))
        == words(live))
    #expect(
      Verification(snapshot.host).findings
        == Verification(.live, including: [.mechanism1, .ecam]).findings)
    // A file that the filter does not know would be a hole in the record.
    #expect(!snapshot.omissions.contains { $0.hasPrefix("files that are not known") })
  }

  @Test func `a dump becomes a record of its registers`() throws {
    let image = ConfigurationImage([0x86, 0x80, 0xC0, 0x29] + [UInt8](repeating: 0, count: 60))
    let dump = ConfigurationDump([.init(address: .hostBridge, image: image)])
    let snapshot = try Snapshot(of: Host(dump, path: "dump"))
    #expect(snapshot.files == ["sys/bus/pci/devices/0000:00:00.0/config": image.bytes])
  }

  @Test func `functions that only procfs shows are kept`() throws {
    let machine = try RecordedMachine.whole()
    try machine.remove("sys/bus")
    let snapshot = try machine.snapshot()
    #expect(snapshot.functionCount == 3)
    #expect(try texts(snapshot.host) == texts(machine))
    #expect(
      try Inventory(of: snapshot.host).functions.map(\.address)
        == Inventory(of: try Host(recordedAt: machine.root)).functions.map(\.address))
    #expect(!snapshot.omissions.contains { $0.hasPrefix("files that are not known") })
  }

  @Test func `a refusal to tell of the functions is no machine without PCI`() throws {
    let machine = try RecordedMachine.whole()
    let failure = SystemFailure("open", "/sys/bus/pci/devices", .errno(EACCES))
    try machine.write("answers", "pcicfg-answers 2\nopen EACCES sys/bus/pci/devices")
    #expect(throws: InventoryUnavailable.noList(.failed(failure))) { try machine.snapshot() }
  }

  @Test func `a file that cannot be read is named, and what the system answered recorded`() throws {
    let machine = try RecordedMachine.whole()
    try machine.write("answers", "open /proc/cmdline: EACCES")
    let snapshot = try machine.snapshot()
    #expect(snapshot.files["proc/cmdline"] == nil)
    #expect(snapshot.omissions.contains("what cannot be read: /proc/cmdline"))
    let answers = String(decoding: snapshot.files["answers", default: []], as: UTF8.self)
    #expect(answers.contains("\nopen EACCES proc/cmdline\n"))
  }

  @Test func `links of a record are followed in it, and not out of it`() throws {
    let machine = try RecordedMachine.whole()
    let outside = try RecordedMachine()
    try outside.write("secret", "5")
    let device = "sys/bus/pci/devices/0000:00:02.0/"
    try machine.remove(device + "numa_node")
    try machine.write("sys/devices/near", "3")
    for (name, target) in [
      ("numa_node", outside.root + "/secret"), ("revision", "../../../../devices/near"),
      ("driver", "../../../drivers/e1000e"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: machine.root + "/" + device + name, withDestinationPath: target)
    }
    let snapshot = try machine.snapshot()
    #expect(snapshot.files[device + "numa_node"] == nil)
    #expect(snapshot.files[device + "revision"] == Array("3\n".utf8))
    #expect(snapshot.links[device + "driver"] == "../../../drivers/e1000e")
    #expect(
      snapshot.omissions.contains("links that lead out of the record: /\(device)numa_node"))
    #expect(!snapshot.files.values.contains { $0.starts(with: Array("5\n".utf8)) })
  }

  @Test func `names that lead upwards are not followed`() throws {
    let machine = try RecordedMachine.whole()
    try machine.write("proc/sys/kernel/osrelease", "x/../../../outside")
    let snapshot = try machine.snapshot()
    #expect(!snapshot.files.keys.contains { $0.contains("..") })
    #expect(!snapshot.directories.contains { $0.contains("..") })
  }
}

@Suite struct SnapshotFilterTests {
  private let secret = Array("5EC2E7".utf8)

  /// A network function with a serial number, vital product data, logs and a virtio window, whose
  /// bytes are all those of the secret.
  private func registers() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    func put(_ offset: Int, _ values: UInt8...) {
      bytes.replaceSubrange(offset..<offset + values.count, with: values)
    }
    func hide(_ range: Range<Int>) {
      for offset in range { bytes[offset] = secret[(offset - range.lowerBound) % secret.count] }
    }
    put(0, 0xF4, 0x1A, 0x41, 0x10)
    put(6, 0x10)
    put(8, 1, 0, 0, 2)
    put(0x34, 0x40)
    put(0x40, 0x10, 0x80)
    put(0x80, 0x03, 0x90)
    hide(0x84..<0x88)
    put(0x90, 0x09, 0, 20, 5)
    hide(0xA0..<0xA4)
    put(0x100, 0x03, 0, 1, 0x14)
    hide(0x104..<0x10C)
    put(0x140, 0x01, 0, 2, 0x20)
    hide(0x15C..<0x16C)
    hide(0x178..<0x188)
    put(0x200, 0x28, 0, 1, 0x30)
    hide(0x20C..<0x220)
    put(0x300, 0x2E, 0, 1, 0x40)
    hide(0x310..<0x318)
    put(0x400, 0x1D, 0, 1, 0)
    put(0x404, 1 << 5)
    hide(0x420..<0x430)
    hide(0x434..<0x444)
    return bytes
  }

  private func machine() throws -> RecordedMachine {
    let machine = try RecordedMachine.whole()
    let bytes = registers()
    try machine.write("sys/bus/pci/devices/0000:03:00.0/config", bytes)
    try machine.write("proc/bus/pci/03/00.0", bytes)
    func doubleword(_ offset: Int) -> UInt32 {
      bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    let answers = stride(from: 0, to: 4096, by: 4).map {
      "ecam 0000:03:00.0 \(Register(integerLiteral: UInt16($0))): 0x"
        + hexadecimal(doubleword($0), digits: 8)
    }
    try machine.write("answers", answers.joined(separator: "\n"))
    let text = String(decoding: secret, as: UTF8.self)
    try machine.write(
      "proc/cmdline",
      "root=UUID=\(text) ip=\(text) pci=nommconf hostname=\(text) iomem=relaxed -- pci=\(text)")
    try machine.write(
      "proc/iomem",
      """
      00100000-1ffdefff : System RAM
        01\(text)-02\(text) : Kernel code
      b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]
        b0000000-bfffffff : Reserved
      """)
    try machine.write(
      "proc/self/status",
      "Name:\t\(text)\nUid:\t0\t0\t0\t0\nGroups:\t\(text)\nCapEff:\t000001ffffffffff\nSeccomp:\t0")
    try machine.write("proc/self/uid_map", "         0          0 4294967295\n1 \(text) 1")
    try machine.write("boot/config-6.12.117", "CONFIG_DEVMEM=y\nCONFIG_BUILD_SALT=\"\(text)\"")
    try machine.write("sys/class/dmi/id/product_serial", text)
    try machine.write("sys/class/dmi/id/board_serial", text)
    try machine.write("sys/class/net/\(text)/address", text)
    try machine.write("sys/class/misc/\(text)/dev", text)
    try machine.write("sys/bus/pci/devices/0000:03:00.0/vpd", text)
    try machine.write(
      "sys/bus/pci/devices/0000:03:00.0/uevent", "PCI_ID=1AF4:1041\nPCI_CLASS=20000\nOF=\(text)")
    try machine.write(
      "sys/firmware/dmi/entries/0-0/raw",
      [0, 0x18] + [UInt8](repeating: 0, count: 22) + secret)
    try machine.write(
      "lib/modules/6.12.117/modules.alias", "alias pci:v00001234d* \(text)\nalias usb:* \(text)")
    try machine.write(
      "cpuid",
      cpuid(hypervisorBit: true, "KVMKVMKVM\0\0\0")
        + "\n   0x00000003 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x5ec2e75e edx=0x5ec2e75e")
    try machine.write("etc/hostname", text)
    return machine
  }

  private func leaks(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    // Values in answers are numbers, from the last byte to the first.
    let words = [secret.prefix(4), secret.suffix(2) + secret.prefix(2), secret.dropFirst(2)]
    return text.contains("5EC2E7") || text.contains("5ec2e7")
      || words.contains { word in
        text.contains(word.reversed().map { hexadecimal($0, digits: 2) }.joined())
      }
  }

  @Test func `nothing that identifies the machine or its owner is anywhere in a snapshot`() throws {
    let snapshot = try machine().snapshot()
    for (path, bytes) in snapshot.files { #expect(!leaks(bytes + Array(path.utf8)), "\(path)") }
    for path in snapshot.directories { #expect(!leaks(Array(path.utf8)), "\(path)") }
    #expect(
      snapshot.omissions == [
        "what else the kernel was built with: /boot/config-6.12.117",
        "Vital Product Data (zeros instead): 0000:03:00.0",
        "virtio configuration access data (zeros instead): 0000:03:00.0",
        "Device Serial Number (zeros instead): 0000:03:00.0",
        "error log (zeros instead): 0000:03:00.0",
        "Hierarchy ID system GUID (zeros instead): 0000:03:00.0",
        "Data Object Exchange mailbox (zeros instead): 0000:03:00.0",
        "options for other things than PCI and memory: 5 of /proc/cmdline",
        "where the kernel lies: /proc/iomem",
        "what else there is of the process: /proc/self/status",
        "what else the kernel announces of a device: /sys/bus/pci/devices/0000:03:00.0/uevent",
      ])
    #expect(
      snapshot.files["proc/cmdline"] == Array("pci=nommconf iomem=relaxed\n".utf8))
    #expect(Verification(snapshot.host).findings.map(\.tag) == [])
  }

  @Test func `a name in the kernel's release is left out everywhere, and its files are found`()
    throws
  {
    let machine = try RecordedMachine.whole()
    let release = "6.12.117-5EC2E7-laptop"
    for (path, bytes) in try machine.files() where path.contains("6.12.117") {
      try machine.remove(path)
      try machine.write(path.replacingOccurrences(of: "6.12.117", with: release), bytes)
    }
    try machine.write("proc/sys/kernel/osrelease", release)
    try machine.write("answers", "open /lib/modules/\(release)/modules.builtin.modinfo: EACCES")
    let snapshot = try machine.snapshot()
    for (path, bytes) in snapshot.files { #expect(!leaks(bytes + Array(path.utf8)), "\(path)") }
    for path in snapshot.directories + snapshot.omissions { #expect(!leaks(Array(path.utf8))) }
    #expect(snapshot.files["proc/sys/kernel/osrelease"] == Array("6.12.117\n".utf8))
    #expect(
      String(decoding: try #require(snapshot.files["answers"]), as: UTF8.self).contains(
        "\nopen EACCES lib/modules/6.12.117/modules.builtin.modinfo\n"))
    #expect(
      snapshot.omissions.contains(
        "what who built the kernel appended to its release: /proc/sys/kernel/osrelease"))
    let host = try Host(recordedAt: machine.root)
    #expect(
      try Inventory(of: snapshot.host, details: .modules).functions.map(\.modules)
        == Inventory(of: host, details: .modules).functions.map(\.modules))
    #expect(
      MachineComparison(
        try ComparedMachine(host, name: "a"), try ComparedMachine(snapshot.host, name: "b")
      ).differences == [])
  }

  @Test(
    arguments: [
      ("6.12.117", "6.12.117"), ("6.1.0-13-amd64", "6.1.0-13-amd64"),
      ("6.12.9+deb13-cloud-amd64", "6.12.9+deb13-cloud-amd64"),
      ("6.5.6-300.fc39.x86_64", "6.5.6-300.fc39.x86_64"), ("6.9.0-rc3+", "6.9.0-rc3"),
      ("5.15.167.4-microsoft-standard-WSL2", "5.15.167.4-microsoft-standard-WSL2"),
      ("6.1.0-johns-laptop", "6.1.0"), ("6.8.0-45-generic-anna", "6.8.0-45-generic"),
      ("6.1.0-amd64x", "6.1.0"), ("anna", "unknown"), ("-6.1", "unknown"), ("", "unknown"),
    ])
  func `of a release remain numbers and the words of distributions`(text: String, kept: String) {
    #expect(KernelRelease(text).publicText == kept)
    #expect(KernelRelease(kept).publicText == kept)
  }

  @Test func `quotes hold an option of the command line together, as for the kernel`() throws {
    let machine = try RecordedMachine.whole()
    try machine.write(
      "proc/cmdline",
      "foo=\"a iommu=5EC2E7 b\" \"bar c pci=5EC2E7\" \"pci=nommconf\" iomem=\"relaxed\" x=\"5EC2E7 acpi="
    )
    let snapshot = try machine.snapshot()
    #expect(
      snapshot.files["proc/cmdline"] == Array("\"pci=nommconf\" iomem=\"relaxed\"\n".utf8))
    #expect(
      snapshot.omissions.contains(
        "options for other things than PCI and memory: 3 of /proc/cmdline"))
    let line = KernelCommandLine("foo=\"a pci=off\" \"pci=nommconf,conf1\" iomem=\"relaxed\"")
    #expect(line.pci == ["nommconf", "conf1"])
    #expect(line.relaxesMemory)
  }

  @Test func `what the system shows behind the table is left out`() throws {
    let machine = try RecordedMachine.whole()
    let path = "sys/firmware/acpi/tables/MCFG"
    let table = try #require(try machine.files()[path])
    try machine.write(path, table + secret)
    let snapshot = try machine.snapshot()
    #expect(snapshot.files[path] == table + secret.map { _ in 0 })
    #expect(
      snapshot.omissions.contains("what stands behind the table (zeros instead): /\(path)"))
    #expect(try texts(snapshot.host) == texts(machine))
  }

  @Test func `every other register is kept`() throws {
    let bytes = registers()
    let kept = try #require(
      try machine().snapshot().files["sys/bus/pci/devices/0000:03:00.0/config"])
    let hidden = IdentifyingRegisters(ConfigurationImage(bytes), count: 4096).parts
    for offset in bytes.indices where !hidden.contains(where: { $0.bytes.contains(offset) }) {
      #expect(kept[offset] == bytes[offset])
    }
    #expect(hidden.map(\.bytes.count).reduce(0, +) == 108)
  }

  @Test func `what ECAM answered has zeros where the files have them`() throws {
    let snapshot = try machine().snapshot()
    let kept = try #require(snapshot.files["sys/bus/pci/devices/0000:03:00.0/config"])
    let image = ConfigurationImage(kept)
    let answers = String(decoding: try #require(snapshot.files["answers"]), as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("ecam ") && $0.contains(" 0000:03:00.0 ") }
    let wanted = try stride(from: UInt16(0), to: 4096, by: 4).map { offset in
      "ecam 0x\(hexadecimal(try #require(image.doubleword(at: offset)), digits: 8)) 0000:03:00.0 "
        + "\(Register(integerLiteral: offset))"
    }
    #expect(answers.map(String.init).sorted() == wanted.sorted())
  }

  @Test func `serial numbers are kept where they are asked for`() throws {
    let snapshot = try machine().snapshot(includesSerialNumbers: true)
    #expect(snapshot.files["sys/bus/pci/devices/0000:03:00.0/config"] == registers())
    #expect(!snapshot.omissions.contains { $0.contains("zeros") })
    #expect(snapshot.files["proc/cmdline"] == Array("pci=nommconf iomem=relaxed\n".utf8))
  }

  @Test func `a virtual function, which does not identify itself, hides as much`() {
    var bytes = registers()
    let parts = IdentifyingRegisters(ConfigurationImage(bytes), count: 4096).parts
    bytes.replaceSubrange(0..<4, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(IdentifyingRegisters(ConfigurationImage(bytes), count: 4096).parts == parts)
    #expect(parts.count == 9)
  }

  @Test(
    arguments: [
      (0x00, [], []), (0x20, [0x120..<0x130], [0x134..<0x144]),
      (0x0920, [0x120..<0x130], [0x134..<0x144]), (0x0F20, [0x120..<0x130], [0x134..<0x15C]),
    ] as [(UInt16, [Range<Int>], [Range<Int>])])
  func `the log of Downstream Port Containment is as long as its register says, at least 16 bytes`(
    capability: UInt16, header: [Range<Int>], rest: [Range<Int>]
  ) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 1, 2])
    bytes.replaceSubrange(0x100..<0x104, with: [0x1D, 0, 1, 0])
    bytes[0x104] = UInt8(capability & 0xFF)
    bytes[0x105] = UInt8(capability >> 8)
    let parts = IdentifyingRegisters(ConfigurationImage(bytes), count: 4096).parts
    #expect(parts == (header + rest).map { .init(name: "error log", bytes: $0) })
  }

  @Test func `a log does not reach into the capability behind it`() {
    var bytes = [UInt8](repeating: 0, count: 4096)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 1, 2])
    bytes.replaceSubrange(0x100..<0x104, with: [1, 0, 3, 0x14])
    bytes.replaceSubrange(0x140..<0x144, with: [3, 0, 1, 0])
    #expect(
      IdentifyingRegisters(ConfigurationImage(bytes), count: 0x148).parts == [
        .init(name: "error log", bytes: 0x11C..<0x12C),
        .init(name: "error log", bytes: 0x138..<0x140),
        .init(name: "Device Serial Number", bytes: 0x144..<0x148),
      ])
  }
}

@Suite struct DamagedSnapshotTests {
  @Test func `a snapshot with a damaged file never traps`() throws {
    let machine = try RecordedMachine.whole()
    for name in ["sys/bus/pci/devices/0000:00:1f.2", "proc/bus/pci/00/1f.2"] {
      try machine.remove(name)
    }
    for index in 1...3 { try machine.remove("sys/firmware/memmap/\(index)") }
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 512)
    let whole = try machine.snapshot()
    let other = try ComparedMachine(whole.host, name: "whole")
    var generator = SeededGenerator(seed: 1)
    var count = 0
    for (path, bytes) in whole.files.sorted(by: { $0.key < $1.key }) {
      let half = Array(bytes.prefix(bytes.count / 2))
      let garbage = bytes.map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      for damaged in [half, garbage] {
        var files = whole.files
        files[path] = damaged
        let host = try Host(files: files, links: whole.links, directories: whole.directories)
        count += texts(host).count
        count += (try? Snapshot(of: host))?.files.count ?? 0
        if let machine = try? ComparedMachine(host, name: "damaged") {
          count += MachineComparison(machine, other).text.count
        }
      }
    }
    #expect(count > 0)
  }
}
