import HostPCI
import PCIConfig
import Testing

struct ECAMWindowTests {
  @Test func `all that vouches for a region is found`() throws {
    let windows = try RecordedMachine.q35().probe().ecam
    #expect(
      windows.windows == [
        ECAMWindow(
          region: try ECAMRegion(base: 0xB000_0000, buses: 0...255),
          vouchers: [
            .mcfg, .kernel("PCI ECAM 0000 [bus 00-ff]"),
            .hostBridge(FunctionAddress(routingID: 0), 0x60), .memoryMap, .reserved,
          ], overlapsMemory: false)
      ])
    #expect(windows.remarks == [])
  }

  @Test func `what claims a wider region claims a narrower one of the same base, too`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write(
      "sys/firmware/acpi/tables/MCFG",
      mcfg([
        (base: 0xB000_0000, segment: 0, buses: 0...63),
        (base: 0xB000_0000, segment: 1, buses: 0...63),
        (base: 0xB000_0000, segment: 0, buses: 64...255),
        (base: 0xB000_0000, segment: 0, buses: 0...63),
      ]))
    let windows = try machine.probe().ecam.windows
    let inUse: [Voucher] = [
      .kernel("PCI ECAM 0000 [bus 00-ff]"), .hostBridge(FunctionAddress(routingID: 0), 0x60),
    ]
    let reserved: [Voucher] = [.memoryMap, .reserved]
    #expect(windows.map(\.region.segment) == [0, 0, 0, 1])
    #expect(windows.map(\.region.buses) == [0...255, 0...63, 64...255, 0...63])
    #expect(
      windows.map(\.vouchers) == [
        inUse + reserved, [.mcfg] + inUse + reserved, [.mcfg] + inUse + reserved,
        [.mcfg] + reserved,
      ])
  }

  @Test func `a later start bus does not move the base`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write(
      "sys/firmware/acpi/tables/MCFG", mcfg([(base: 0xF000_0000, segment: 1, buses: 0x40...0x7F)]))
    try machine.write("proc/iomem", "f4000000-f7ffffff : PCI MMCONFIG 0001 [bus 40-7f]")
    let window = try #require(try machine.probe().ecam.windows.last)
    #expect(
      window.region == (try ECAMRegion(base: 0xF000_0000, segment: 1, buses: 0x40...0x7F)))
    #expect(window.vouchers == [.mcfg, .kernel("PCI MMCONFIG 0001 [bus 40-7f]")])
  }

  @Test func `a reservation of a part does not vouch`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("sys/firmware/memmap/3")
    try machine.write("proc/iomem", "b0000000-bffffffe : Reserved")
    let window = try #require(try machine.probe().ecam.windows.first)
    #expect(!window.vouchers.contains(.memoryMap))
    #expect(!window.vouchers.contains(.reserved))
    // The memory map reserves half of it, the kernel all but one byte.
    #expect(window.reserved == ReservedBytes(byE820: (256 << 20) - 1, byMotherboard: 0))
  }

  @Test func `ACPI's motherboard resources reserve, too`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("sys/firmware/memmap")
    try machine.write(
      "proc/iomem", "b0000000-b7ffffff : pnp 00:03\nb8000000-bfffffff : pnp 00:04")
    try machine.function(
      "0000:00:00.0", identification: 0x1237_8086, classRevision: 0x0600_0000, size: 256)
    let window = try #require(try machine.probe().ecam.windows.first)
    #expect(window.vouchers == [.mcfg, .motherboard])
    #expect(window.reserved == ReservedBytes(byE820: 0, byMotherboard: 256 << 20))
    #expect(window.vouched.isVouchedFor)
  }

  @Test(
    arguments: [
      ([0x4D, 0x43], "ACPI MCFG: 2 bytes: expected at least 44"),
      (
        [UInt8](repeating: 0x41, count: 60),
        "ACPI MCFG: signature 0x41414141: expected 0x4746434d, MCFG"
      ),
      (mcfg([]), "ACPI MCFG: the table lists no region"),
      (
        mcfg([(base: 0xB000_0001, segment: 0, buses: 0...255)]),
        "ACPI MCFG: ECAM base 0xb0000001: expected a multiple of 1 MiB"
      ),
    ])
  func `a damaged table is remarked`(table: [UInt8], remark: String) throws {
    let machine = try RecordedMachine.q35()
    try machine.write("sys/firmware/acpi/tables/MCFG", table)
    #expect(try machine.probe().ecam.remarks == [remark])
  }

  @Test func `a disabled PCIEXBAR does not vouch`() throws {
    let machine = try RecordedMachine.q35()
    try machine.function(
      "0000:00:00.0", identification: 0x29C0_8086, classRevision: 0x0600_0000, size: 256,
      registers: [0x60: 0xB000_0000])
    let window = try #require(try machine.probe().ecam.windows.first)
    #expect(!window.vouchers.contains(.hostBridge(FunctionAddress(routingID: 0), 0x60)))
  }
}
