import Foundation
import PCIConfig
import Testing

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost

struct InventoryTests {
  private let directory = "sys/bus/pci/devices/0000:00:02.0/"

  @Test func `what the kernel tells is not read from the registers`() throws {
    let machine = try RecordedMachine()
    try machine.write(
      directory + "uevent",
      "DRIVER=virtio-pci\nPCI_CLASS=20001\nPCI_ID=1AF4:1041\nPCI_SUBSYS_ID=1AF4:1100")
    try machine.write(directory + "revision", "0x01")
    let inventory = try Inventory(
      of: Host(recordedAt: machine.root), details: [.subsystem, .driver])
    #expect(inventory.failures == [])
    #expect(!inventory.hasSegments)
    let function = try #require(inventory.functions.first)
    #expect(inventory.functions.count == 1)
    #expect(function.address == FunctionAddress("00:02.0"))
    #expect([function.vendorID, function.deviceID] == [0x1AF4, 0x1041])
    #expect(function.classCode == ClassCode(base: 2, sub: 0, interface: 1))
    #expect(function.revisionID == 1)
    #expect(function.subsystem == Header.Subsystem(vendorID: 0x1AF4, id: 0x1100))
    #expect(function.driver == "virtio-pci")
    #expect(function.image == nil)
  }

  @Test func `without the kernel's announcement its other files and the registers do`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0005, size: 64,
      registers: [0x2C: 0x0001_1AF4])
    for given in [[], [("vendor", "0x1af4"), ("device", "0x1041"), ("class", "0x028000")]] {
      for (name, text) in given { try machine.write(directory + name, text) }
      let inventory = try Inventory(of: Host(recordedAt: machine.root), details: .subsystem)
      let function = try #require(inventory.functions.first)
      #expect(function.vendorID == (given.isEmpty ? 0x8086 : 0x1AF4))
      #expect(function.deviceID == (given.isEmpty ? 0x10D3 : 0x1041))
      #expect(function.classCode.sub == (given.isEmpty ? 0 : 0x80))
      #expect(function.revisionID == 5)
      #expect(function.subsystem == Header.Subsystem(vendorID: 0x1AF4, id: 1))
    }
  }

  @Test func `a virtual function has its numbers from the kernel, and a header all the same`()
    throws
  {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: .max, classRevision: 0x0200_0001, size: 256)
    try machine.write(directory + "uevent", "PCI_CLASS=20000\nPCI_ID=8086:10CA")
    let inventory = try Inventory(of: Host(recordedAt: machine.root), details: .registers)
    var listing = Listing(inventory)
    listing.isVerbose = true
    #expect(listing.text.hasPrefix("00:02.0 0200: 8086:10ca (rev 01)\n\tControl: I/O- Mem-"))
    listing.isVerbose = false
    listing.byteLimit = 4
    #expect(listing.text == "00:02.0 0200: 8086:10ca (rev 01)\n00: ff ff ff ff\n\n")
  }

  @Test(arguments: [nil, AccessMode.procfs])
  func `a function that does not answer is listed, whatever the mode`(mode: AccessMode?) throws {
    let machine = try RecordedMachine()
    let registers = Dictionary(
      uniqueKeysWithValues: stride(from: 0, to: 256, by: 4).map { ($0, UInt32.max) })
    for (address, event) in [
      ("0000:00:02.0", "PCI_CLASS=20000\nPCI_ID=8086:10CA"), ("0000:00:03.0", ""),
    ] {
      try machine.function(
        address, identification: .max, classRevision: .max, size: 256, registers: registers)
      try machine.write("sys/bus/pci/devices/\(address)/uevent", event)
    }
    try machine.write("proc/bus/pci/devices", "0010\t808610ca\t0\n0018\tffffffff\t0")
    let access = try HostAccess(Host(recordedAt: machine.root), mode)
    let inventory = try Inventory(of: access, details: .registers)
    #expect(inventory.failures == [])
    var listing = Listing(inventory)
    #expect(
      listing.text == """
        00:02.0 \(mode == nil ? "0200" : "ffff"): 8086:10ca (rev ff)
        00:03.0 ffff: ffff:ffff (rev ff)

        """)
    listing.isVerbose = true
    #expect(
      listing.text.contains("\n\t!!! No header: the registers read as all ones: the function "))
  }

  @Test func `addresses and sizes that the kernel assigned, and where the function is`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 64,
      registers: [4: 2, 0x10: 0xC, 0x18: 0xC001, 0x30: 0xFEA0_0000, 0x3C: 0x010B])
    try machine.write(
      directory + "resource",
      """
      0x0000004000100000 0x000000400017ffff 0x0000000000140204
      0x0000000000000000 0x0000000000000000 0x0000000000000000
      0x000000000000c000 0x000000000000c01f 0x0000000000040101
      0x0000000000000000 0x0000000000000000 0x0000000000000000
      0x0000000000000000 0x0000000000000000 0x0000000000000000
      0x0000000000000000 0x0000000000000000 0x0000000000000000
      0x00000000fea00000 0x00000000fea3ffff 0x0000000000046200
      """)
    try machine.write(directory + "irq", "42")
    try machine.write(directory + "numa_node", "1")
    try FileManager.default.createSymbolicLink(
      atPath: machine.root + "/" + directory + "iommu_group",
      withDestinationPath: "../../../kernel/iommu_groups/7")
    try FileManager.default.createSymbolicLink(
      atPath: machine.root + "/" + directory + "driver",
      withDestinationPath: "../../../bus/pci/drivers/e1000e")
    let inventory = try Inventory(
      of: Host(recordedAt: machine.root),
      details: [.registers, .assignments, .placement, .driver])
    var listing = Listing(inventory)
    listing.isVerbose = true
    let lines = listing.text.split(separator: "\n").map(String.init)
    #expect(
      lines.dropFirst(3) == [
        "\tInterrupt: pin A routed to IRQ 42", "\tNUMA node: 1", "\tIOMMU group: 7",
        "\tRegion 0: Memory at 4000100000 (64-bit, prefetchable) [virtual] [size=512K]",
        "\tRegion 2: I/O ports at c000 [disabled] [size=32]",
        "\tExpansion ROM at fea00000 [disabled] [size=256K]",
        "\tKernel driver in use: e1000e",
      ])
  }

  @Test func `addresses that the kernel has and no register holds`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: .max, classRevision: 0x0200_0000, size: 64,
      registers: [4: 2, 0x20: 1, 0x24: .max])
    try machine.write(directory + "uevent", "PCI_CLASS=20000\nPCI_ID=8086:10CA")
    try machine.write(
      directory + "resource",
      """
      0x0000004000000000 0x000000400007ffff 0x000000000014220c
      0x0000000000000000 0x0000000000000000 0x0000000000000000
      0x0000000000000000 0x0000000000000fff 0x0000000020040200
      0x00000000fe000000 0x00000000fe000fff 0x0000000000040220
      0x00000000000001f0 0x00000000000001f7 0x0000000000000110
      0x0000000000000000 0x0000000000000000 0x0000000000000000
      0x00000000000c0000 0x00000000000dffff 0x0000000000000212
      """)
    var listing = Listing(
      try Inventory(
        of: Host(recordedAt: machine.root), details: [.capabilities, .assignments]))
    listing.isVerbose = true
    #expect(
      listing.text.split(separator: "\n").dropFirst(3) == [
        "\tRegion 0: Memory at 4000000000 (64-bit, prefetchable) [virtual] [size=512K]",
        "\tRegion 2: Memory at <unassigned> (32-bit, non-prefetchable) [size=4K]",
        "\tRegion 3: Memory at fe000000 (32-bit, non-prefetchable) [enhanced] [size=4K]",
        "\tRegion 4: I/O ports at 01f0 [virtual] [size=8]",
        "\tExpansion ROM at 000c0000 [virtual] [disabled] [size=128K]",
      ])
    let function = try #require(listing.inventory.functions.first)
    let document = HeaderDocument(try #require(function.header), function)
    #expect(
      document.baseAddresses.map { "\($0.register) \($0.kind) \($0.address) \($0.source)" } == [
        "0x10 memory64 0x4000000000 kernel", "0x18 memory32 0x0 register",
        "0x1c memory32 0xfe000000 kernel", "0x20 io 0x1f0 kernel",
      ])
    #expect(document.baseAddresses.map(\.size) == [512 << 10, 4096, 4096, 8])
    #expect(document.expansionROM?.source == "kernel")
  }

  @Test func `only registers that are asked for are read`() throws {
    let machine = try RecordedMachine()
    var registers: [Int: UInt32] = [
      4: 0x0010_0000, 0x34: 0x50, 0x50: 0xC803_6001, 0x54: 8, 0x60: 0x0091_0010,
      0x100: 0x2001_0018, 0x104: 0x1003_1003, 0x200: 0x0001_0003, 0x204: 1, 0x208: 2,
    ]
    for offset in stride(from: 0x40, to: 4096, by: 4) where registers[offset] == nil {
      registers[offset] = .max
    }
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 4096,
      registers: registers)
    func image(_ details: Inventory.Details, _ limit: Int) throws -> ConfigurationImage? {
      let access = try HostAccess(Host(recordedAt: machine.root))
      return try Inventory(of: access, details: details, byteLimit: limit).functions.first?.image
    }
    for limit in [64, 256, 4096] {
      #expect(try image(.registers, limit)?.bytes.count == limit)
    }
    let read = try #require(try image(.capabilities, 4096))
    let places = (16..<1024).map { UInt16($0 * 4) }.filter { (read.doubleword(at: $0) ?? 0) != 0 }
    #expect(
      places == [0x50, 0x54, 0x60, 0x64, 0x68, 0x100, 0x104, 0x200, 0x204, 0x208],
      "the capabilities alone")
    let all = try #require(try image(.registers, 4096))
    for place in places { #expect(read.doubleword(at: place) == all.doubleword(at: place)) }
    let both = try #require(try image([.registers, .capabilities], 256))
    #expect(both.bytes.prefix(256) == all.bytes.prefix(256))
    #expect(both.doubleword(at: 0x208) == 2)
  }

  @Test func `a CardBus bridge's header has 128 bytes`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x8476_1117, classRevision: 0x0607_0000, size: 256,
      registers: [0x0C: 0x0002_0000, 0x40: 0x20C6_17AA, 0x44: 1])
    for details in [Inventory.Details.registers, .capabilities] {
      let access = try HostAccess(Host(recordedAt: machine.root))
      let inventory = try Inventory(
        of: access, details: [details, .subsystem], byteLimit: 64)
      let function = try #require(inventory.functions.first)
      #expect(function.subsystem == Header.Subsystem(vendorID: 0x17AA, id: 0x20C6))
      #expect(function.image?.bytes.count ?? 0 >= 128)
    }
  }

  @Test func `what is not meant is not read`() throws {
    let machine = try RecordedMachine()
    try machine.write("sys/bus/pci/devices/0000:00:01.0/uevent", "no function of PCI")
    try machine.write(directory + "uevent", "PCI_CLASS=20000\nPCI_ID=8086:10CA")
    try machine.write("sys/bus/pci/devices/10000:00:00.0/uevent", "PCI_CLASS=1\nPCI_ID=1:2")
    let host = try Host(recordedAt: machine.root)
    let selection = FunctionSelection(slot: try SlotSelection("0::02"))
    let inventory = try Inventory(of: host, selection, details: .registers)
    #expect(inventory.functions.map(\.vendorID) == [0x8086])
    #expect(inventory.failures == [])
    #expect(inventory.hasSegments)
    let other = FunctionSelection(id: try IDSelection("0001:"))
    #expect(
      try Inventory(of: host, other).functions.map(\.address)
        == [try #require(FunctionAddress("10000:00:00.0"))])
  }

  @Test func `a function whose registers cannot be read is listed, and that is said`() throws {
    let machine = try RecordedMachine()
    let path = "sys/bus/pci/devices/0000:00:02.0"
    try machine.write("\(path)/uevent", "PCI_CLASS=20000\nPCI_ID=8086:10D3")
    try machine.write("answers", "open /\(path)/config: EACCES")
    let host = try Host(recordedAt: machine.root)
    let inventory = try Inventory(of: host, details: .all)
    #expect(inventory.functions.map(\.deviceID) == [0x10D3])
    #expect(inventory.functions.map(\.image) == [nil])
    #expect(
      inventory.failures == ["0000:00:02.0: open /\(path)/config: EACCES (Permission denied)"])
    #expect(inventory.unidentified == [])
    #expect(!inventory.hasHeadersOnly)
    var listing = Listing(inventory)
    listing.isVerbose = true
    #expect(listing.text.contains("\n\t!!! No registers could be read\n"))
    #expect(try Snapshot(of: host).functionCount == 1)
  }

  @Test func `what cannot be listed is said`() throws {
    let machine = try RecordedMachine()
    try machine.write("sys/bus/pci/devices/0000:00:01.0/uevent", "")
    try machine.write("sys/bus/pci/devices/slot/uevent", "")
    let inventory = try Inventory(of: Host(recordedAt: machine.root))
    #expect(inventory.functions.isEmpty)
    #expect(
      inventory.failures == [
        "0000:00:01.0: /sys/bus/pci/devices/0000:00:01.0/config does not exist",
        "sys/bus/pci/devices/slot: the name is no address",
      ])
    #expect(inventory.unidentified == [FunctionAddress(routingID: 8)])
    #expect(try Snapshot(of: Host(recordedAt: machine.root)).functionCount == 1)
    let empty = try RecordedMachine()
    #expect(
      throws: InventoryUnavailable.noList(
        .absent(path: "/sys/bus/pci/devices", record: .directory(empty.root)))
    ) { try Inventory(of: Host(recordedAt: empty.root)) }
  }
}
