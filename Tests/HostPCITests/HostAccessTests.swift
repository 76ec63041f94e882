import Foundation
import PCIConfig
import Testing

@testable import HostPCI
@testable import LinuxHost

extension RecordedMachine {
  fileprivate func access(_ mode: AccessMode?) throws -> HostAccess {
    try HostAccess(try Host(recordedAt: root), mode)
  }

  /// The one line that says why there is no such mode.
  fileprivate func complaint(_ mode: AccessMode) throws -> String? {
    let host = try Host(recordedAt: root)
    do {
      _ = try HostAccess(host, mode)
      return nil
    } catch {
      return error.description
    }
  }

  fileprivate func read(_ mode: AccessMode?, _ expressions: String...) throws -> RegisterReadings {
    let access = try access(mode)
    return RegisterReadings(
      try expressions.map { try RegisterExpression($0) },
      of: try Inventory(of: access).functions, through: access)
  }

  fileprivate func list(_ mode: AccessMode?) throws -> [String] {
    let inventory = try Inventory(of: access(mode))
    return inventory.functions.map { function in
      "\(function.address) \(hexadecimal(function.vendorID, digits: 4)) "
        + "\(function.mode?.rawValue ?? "none")"
    } + inventory.failures
  }
}

struct FileAccessTests {
  @Test func `each of the kernel's files alone, and by itself the first that there is`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes.replaceSubrange(0..<12, with: [0x86, 0x80, 0xD4, 0x10, 0, 0, 0, 0, 0, 0, 0, 2])
    try machine.write("proc/bus/pci/00/02.0", bytes)
    for (mode, text, served) in [
      (nil, "10d3\n", AccessMode.sysfs), (.sysfs, "10d3\n", .sysfs), (.procfs, "10d4\n", .procfs),
    ] as [(AccessMode?, String, AccessMode)] {
      let readings = try machine.read(mode, "DEVICE_ID")
      #expect(readings.text == text)
      #expect(readings.readings.map(\.mode) == [served])
    }
    try machine.write(
      "sys/bus/pci/devices/0000:00:02.0/uevent", "PCI_CLASS=20000\nPCI_ID=8086:10D3")
    try machine.remove("sys/bus/pci/devices/0000:00:02.0/config")
    #expect(try machine.read(nil, "DEVICE_ID").readings.map(\.mode) == [.procfs])
    #expect(
      try machine.read(.sysfs, "DEVICE_ID").failures == [
        "0000:00:02.0 DEVICE_ID.w: open /sys/bus/pci/devices/0000:00:02.0/config: "
          + "ENOENT (No such file or directory)"
      ])
  }

  @Test func `procfs lists the functions where sysfs is missing, and what it knows of them`()
    throws
  {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0005, size: 256,
      registers: [0x2C: 0x0001_1AF4])
    // A virtual function does not show its vendor and device ID.
    try machine.function(
      "0000:03:10.0", identification: .max, classRevision: 0x0200_0001, size: 256)
    let rest = String(repeating: "\t               0", count: 14)
    try machine.write(
      "proc/bus/pci/devices", "0010\t808610d3\t2a\(rest)\te1000e\n0380\t808610ca\t0\(rest)\t")
    #expect(try machine.list(nil).first == "0000:00:02.0 8086 sysfs")
    try machine.remove("sys")
    let inventory = try Inventory(
      of: machine.access(nil), details: [.subsystem, .driver, .assignments])
    #expect(inventory.failures == [])
    #expect(inventory.functions.map(\.mode) == [.procfs, .procfs])
    #expect(inventory.functions.map(\.driver) == ["e1000e", nil])
    #expect(inventory.functions.map(\.interrupt) == [42, 0])
    #expect(inventory.functions.map(\.deviceID) == [0x10D3, 0x10CA])
    #expect(inventory.functions.map(\.revisionID) == [5, 1])
    #expect(inventory.functions[0].subsystem == Header.Subsystem(vendorID: 0x1AF4, id: 1))
    #expect(
      try machine.complaint(.sysfs)
        == "sysfs: /sys/bus/pci/devices does not exist: the record does not hold it")
  }

  @Test func `procfs has the segment in front of the bus, and its file of devices has none`()
    throws
  {
    let machine = try RecordedMachine()
    for address in ["0000:00:02.0", "0001:00:02.0"] {
      try machine.function(
        address, identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    }
    try machine.write("proc/bus/pci/devices", "0010\t808610d3\t2a")
    try machine.write("proc/bus/pci/00/slot", "")
    try machine.write("proc/bus/pci/bus/00.0", "")
    let inventory = try Inventory(of: machine.access(.procfs), details: .assignments)
    #expect(inventory.functions.map(\.address.description) == ["0000:00:02.0", "0001:00:02.0"])
    #expect(inventory.functions.map(\.interrupt) == [nil, nil])
    #expect(inventory.hasSegments)
    #expect(
      inventory.failures == [
        "proc/bus/pci/00/slot: the name is no address", "proc/bus/pci/bus: the name is no address",
      ])
    try machine.remove("proc")
    #expect(
      try machine.complaint(.procfs)
        == "procfs: /proc/bus/pci does not exist: the record does not hold it")
  }
}

struct RawAccessTests {
  @Test func `mechanism 1 shows what a record holds of it, and nothing of other segments`() throws {
    let machine = try RecordedMachine.q35()
    try machine.function(
      "0001:00:00.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    try machine.write(
      "answers",
      """
      ioperm 0xcf8-0xcff: ok
      conf1 CONFIG_ADDRESS: 0x80000000
      \(header(of: "0000:00:02.0", "conf1", identification: 0x10D3_8086))
      """)
    let missing = "the record does not hold the answer"
    #expect(
      try machine.list(.mechanism1) == [
        "0000:00:02.0 8086 conf1", "0000:00:00.0: \(missing)", "0000:00:1f.2: \(missing)",
        "0001:00:00.0: segment 0001: the mechanism serves another one",
      ])
    let readings = try machine.read(.mechanism1, "DEVICE_ID", "REVISION", "40.b")
    #expect(
      readings.verboseText
        == "0000:00:02.0 DEVICE_ID.w 0x02 = 10d3\n0000:00:02.0 REVISION.b 0x08 = 05\n")
    #expect(readings.readings.map(\.mode) == [.mechanism1, .mechanism1])
    #expect(readings.failures == ["0000:00:02.0 40.b: \(missing)"])
  }

  @Test(arguments: [
    (AccessPolicy.mechanism1, AccessMode.mechanism1), (.ecam, .ecam), (.verified, .ecam),
  ]) func `a few registers of a record are enough under a policy`(
    policy: AccessPolicy, mode: AccessMode
  ) throws {
    let machine = try RecordedMachine.q35()
    let selected = try HostAccess(try Host(recordedAt: machine.root), selecting: policy)
    let inventory = try Inventory(of: selected)
    let functions = try Inventory(of: machine.access(mode)).functions
    #expect(inventory.functions.map(\.address) == functions.map(\.address))
    #expect(inventory.functions.map(\.mode) == functions.map(\.mode))
    #expect(functions.count == (mode == .ecam ? 2 : 1))
  }

  @Test func `a few registers of a record are enough to read them`() throws {
    let machine = try RecordedMachine.q35()
    let missing = "the record does not hold the answer"
    #expect(
      try machine.list(.mechanism1) == [
        "0000:00:00.0 8086 conf1", "0000:00:02.0: \(missing)", "0000:00:1f.2: \(missing)",
      ])
    #expect(
      try machine.list(.ecam) == [
        "0000:00:00.0 8086 ecam", "0000:00:1f.2 8086 ecam", "0000:00:02.0: \(missing)",
      ])
    let readings = try machine.read(.ecam, "DEVICE_ID", "REVISION", "COMMAND")
    #expect(readings.text == "29c0\n00\n2922\n02\n")
    #expect(
      readings.failures == [
        "0000:00:00.0 COMMAND.w: \(missing)", "0000:00:1f.2 COMMAND.w: \(missing)",
      ])
  }

  @Test func `a function without power is not tried past the kernel`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/bus/pci/devices/0000:00:00.0/power_state", "D3cold")
    for mode in [AccessMode.mechanism1, .ecam] {
      #expect(
        try machine.list(mode).contains(
          "0000:00:00.0: the function has no power (D3cold): not tried; sysfs wakes it"))
    }
  }

  @Test func `ECAM is used where it shows a function as another mode does`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write(
      "answers",
      """
      open /dev/mem: ok
      \(header(of: "0000:00:02.0", "ecam", identification: 0x10D3_8086))
      \(header(of: "0000:00:1f.2", "ecam", identification: 0x2922_8086))
      """)
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0005, size: 256)
    #expect(
      try machine.list(.ecam) == [
        "0000:00:02.0 8086 ecam", "0000:00:00.0: the record does not hold the answer",
        "0000:00:1f.2: ecam reads 0x02000005 for register 0x08, sysfs 0x01060102: "
          + "the region cannot be trusted",
      ])
    // What reads as all ones would agree with a place where nothing is.
    try machine.function("0000:00:1f.2", identification: .max, classRevision: .max, size: 256)
    #expect(
      try machine.list(.ecam).contains(
        "0000:00:1f.2: no other mode reads its identification, to compare with: "
          + "ecam is not tried"))
    // The kernel's other file serves, too, and without one there is nothing to compare with.
    try machine.remove("sys/bus/pci/devices/0000:00:02.0/config")
    #expect(try machine.list(.ecam).first == "0000:00:02.0 8086 ecam")
    try machine.remove("proc/bus")
    #expect(
      try machine.list(.ecam).contains(
        "0000:00:02.0: no other mode reads its identification, to compare with: "
          + "ecam is not tried"))
  }

  @Test func `a function that no region decodes, or one that must not be touched`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write(
      "sys/firmware/acpi/tables/MCFG",
      mcfg([
        (base: 0xB000_0000, segment: 0, buses: 0...255),
        (base: 0xD000_0000, segment: 1, buses: 0...1),
      ]))
    for address in ["0001:00:02.0", "0001:02:00.0"] {
      try machine.function(
        address, identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    }
    let failures = try Inventory(of: machine.access(.ecam)).failures
    #expect(
      failures.suffix(2) == [
        "0001:00:02.0: the region at 0xd0000000 is claimed, but nothing reserves or uses it: "
          + "not tried",
        "0001:02:00.0: no ECAM region decodes its bus",
      ])
  }

  @Test func `a record's address port may hold any function's address`() throws {
    let machine = try RecordedMachine.q35()
    try machine.answers(latch: "0x80001000")
    #expect(try machine.complaint(.mechanism1) == nil)
    #expect(try machine.probe().availability(.mechanism1) == [.works, .outOfReach])
    try machine.answers(latch: "0x00001000")
    #expect(try machine.complaint(.mechanism1)?.contains("no mechanism 1 here") == true)
  }

  @Test func `a mode that the system refuses is one line, with the cause and the remedy`() throws {
    let machine = try RecordedMachine.q35()
    #expect(try machine.complaint(.mechanism1) == nil)
    #expect(try machine.complaint(.ecam) == nil)
    try machine.answers(ioperm: "EPERM", map: "EPERM")
    try machine.write(
      "proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000")
    #expect(
      try machine.complaint(.mechanism1)
        == "conf1: ioperm 0xcf8-0xcff: EPERM (Operation not permitted): "
        + "not root: this needs CAP_SYS_RAWIO; run it as root (sudo)")
    #expect(
      try machine.complaint(.ecam)
        == "ecam: mmap /dev/mem at 0xb0000000: EPERM (Operation not permitted): the kernel is "
        + "built with CONFIG_STRICT_DEVMEM: /dev/mem maps nothing that the kernel or a driver has; "
        + "boot with iomem=relaxed; sysfs reads the same registers meanwhile")
    try machine.answers(latch: "0xffffffff", memory: "ENOENT")
    #expect(
      try machine.complaint(.mechanism1)
        == "conf1: conf1 CONFIG_ADDRESS: 0xffffffff: CONFIG_ADDRESS does not hold what is written "
        + "to it: no mechanism 1 here")
    #expect(
      try machine.complaint(.ecam)
        == "ecam: open /dev/mem: ENOENT (No such file or directory): the kernel offers /dev/mem, "
        + "but there is no such file here: a container, or a small /dev; run it outside the "
        + "container, or as root: mknod -m 600 /dev/mem c 1 1")
    try machine.write("proc/ioports", "0cf8-0cfb : PCI conf2")
    #expect(
      try machine.complaint(.mechanism1)
        == "conf1: /proc/ioports: PCI conf2: the kernel uses mechanism 2, which shares the port: "
        + "not tried")
    try machine.write("sys/devices/system/cpu/sev/vmpl", "0")
    try machine.write("proc/iomem", "b0000000-bfffffff : Reserved")
    #expect(
      try machine.complaint(.ecam)?.contains(": ECAM only where the kernel uses it: ") == true)
    for name in ["sys/firmware", "proc/iomem"] { try machine.remove(name) }
    try machine.function(
      "0000:00:00.0", identification: 0x1237_8086, classRevision: 0x0600_0000, size: 256)
    #expect(
      try machine.complaint(.ecam)
        == "ecam: /sys/firmware/acpi/tables/MCFG does not exist: "
        + "the record does not hold ECAM regions")
  }

  /// Answers for the doublewords of a header of revision 5.
  private func header(of function: String, _ call: String, identification: UInt32) -> String {
    stride(from: 0, to: 64, by: 4).map { offset in
      let value: UInt32 =
        switch offset {
        case 0: identification
        case 8: 0x0200_0005
        default: 0
        }
      let register = Register(integerLiteral: UInt16(offset))
      return "\(call) \(function) \(register): 0x\(hexadecimal(value, digits: 8))"
    }.joined(separator: "\n")
  }
}

/// Ordinary memory in the place of a function's page.
struct ChildMemoryTests {
  @Test func `memory is read and written in a child process with each width`() throws {
    let bytes = try #require(
      mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
    try #require(bytes != MAP_FAILED)
    defer { munmap(bytes, 4096) }
    try LiveECAM.write(at: bytes, .doubleword, 0x1234_5678, of: "memory")
    try LiveECAM.write(at: bytes + 2, .byte, 0xFFFF_FFAB, of: "memory")
    try LiveECAM.write(at: bytes + 4, .word, 0xFFFF_CDEF, of: "memory")
    #expect(try LiveECAM.read(at: bytes, .doubleword, of: "memory") == 0x12AB_5678)
    #expect(try LiveECAM.read(at: bytes + 2, .word, of: "memory") == 0x12AB)
    #expect(try LiveECAM.read(at: bytes + 3, .byte, of: "memory") == 0x12)
    #expect(try LiveECAM.read(at: bytes + 4, .doubleword, of: "memory") == 0xCDEF)
    #expect(try LiveECAM.timeLoads(at: bytes, count: 100, of: "memory").count == 100)
  }

  @Test func `an access that ends the child is a failure with its signal`() throws {
    let address = try #require(UnsafeMutableRawPointer(bitPattern: 4096))
    let failure = SystemFailure("ecam", "nowhere", .signal(SIGSEGV))
    #expect(throws: failure) { try LiveECAM.read(at: address, .byte, of: "nowhere") }
    #expect(throws: failure) { try LiveECAM.write(at: address, .byte, 0, of: "nowhere") }
    #expect(throws: failure) { try LiveECAM.timeLoads(at: address, count: 1, of: "nowhere") }
  }
}
