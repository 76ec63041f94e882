import PCIConfig
import TestSupport
import Testing

struct FirmwareConfigurationTests {
  private static let files: [(name: String, bytes: [UInt8])] = [
    ("etc/fdt", Array(1...100)), ("etc/fdt2", []),
    (String(repeating: "n", count: 55), Array(7...9)),
  ]

  @Test(arguments: [0x1000, 0x12_3456_7000] as [UInt64])
  func `a file is copied by DMA, below and above 4 GiB`(start: UInt64) throws {
    let memory = RAM(count: 0x1000, at: start)
    let device = SimulatedFirmwareConfiguration(memory, files: Self.files)
    let configuration = try FirmwareConfiguration(device, memory, buffer: start)
    #expect(configuration.hasDMA)
    let file = try #require(try configuration.file("etc/fdt"))
    #expect(file == FirmwareFile(key: 0x20, size: 100))
    try configuration.read(file, into: (start + 0x101)..<(start + 0x101 + 100))
    #expect(Array(memory.bytes[0x101..<0x165]) == Array(1...100))
    #expect(memory.bytes[0x100] == 0xA5 && memory.bytes[0x165] == 0xA5)
    // Signature and features go through the port: the directory's count, one entry, the file.
    #expect(device.portReadCount == 8)
    #expect(device.transferCount == 3)
  }

  @Test func `without DMA a file is read byte by byte`() throws {
    let memory = RAM(count: 0x1000, at: 0x1000)
    let device = SimulatedFirmwareConfiguration(memory, hasDMA: false, files: Self.files)
    let configuration = try FirmwareConfiguration(device, memory, buffer: 0x1000)
    #expect(!configuration.hasDMA)
    let file = try #require(
      try configuration.file("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"))
    try configuration.read(file, into: 0x1101..<0x1104)
    #expect(Array(memory.bytes[0x101..<0x105]) == [7, 8, 9, 0xA5])
    #expect(device.transferCount == 0)
  }

  @Test func `names are compared whole`() throws {
    let memory = RAM(count: 0x1000, at: 0)
    let device = SimulatedFirmwareConfiguration(memory, files: Self.files)
    let configuration = try FirmwareConfiguration(device, memory, buffer: 0)
    #expect(try configuration.file("etc/fdt2")?.key == 0x21)
    #expect(try configuration.file("etc/fd") == nil)
    #expect(try configuration.file("etc/fdt22") == nil)
    #expect(try configuration.file("") == nil)
  }

  @Test func `what is no such device is told`() {
    struct Nothing: PortIO {
      func read(port: UInt16, width: AccessWidth) -> UInt32 { width.allOnes }
      func write(port: UInt16, width: AccessWidth, value: UInt32) {}
    }
    #expect(throws: FirmwareConfigurationError.signature(0xFFFF_FFFF)) {
      try FirmwareConfiguration(Nothing(), ByteMemory(), buffer: 0)
    }
  }

  @Test func `a file that is larger than its place is refused`() throws {
    let memory = RAM(count: 0x1000, at: 0)
    let device = SimulatedFirmwareConfiguration(memory, files: Self.files)
    let configuration = try FirmwareConfiguration(device, memory, buffer: 0)
    let file = try #require(try configuration.file("etc/fdt"))
    #expect(throws: FirmwareConfigurationError.noRoom(size: 100, room: 99)) {
      try configuration.read(file, into: 0x100..<0x163)
    }
  }

  @Test func `a directory that cannot be is refused`() throws {
    let memory = RAM(count: 0x1000, at: 0)
    let device = SimulatedFirmwareConfiguration(memory)
    device.items[0x19] = [0, 0, 2, 1]
    let configuration = try FirmwareConfiguration(device, memory, buffer: 0)
    #expect(throws: FirmwareConfigurationError.fileCount(513, limit: 512)) {
      try configuration.file("etc/fdt")
    }
    device.items[0x19] = [0, 0, 2, 0]
    #expect(try configuration.file("etc/fdt") == nil)
    #expect(try configuration.file("") == FirmwareFile(key: 0, size: 0))
  }

  @Test func `a transfer that fails or never ends is told`() throws {
    let memory = RAM(count: 0x1000, at: 0)
    let device = SimulatedFirmwareConfiguration(memory, files: Self.files)
    let configuration = try FirmwareConfiguration(device, memory, buffer: 0)
    device.transfers = .failing
    #expect(throws: FirmwareConfigurationError.transferFailed(key: 0x19, control: 1)) {
      try configuration.file("etc/fdt")
    }
    device.transfers = .endless
    #expect(throws: FirmwareConfigurationError.transferUnfinished(key: 0x19, control: 0x19_000A)) {
      try configuration.file("etc/fdt")
    }
  }

  @Test func `each error says what was found and what was expected`() {
    let errors: [FirmwareConfigurationError] = [
      .signature(.max), .fileCount(513, limit: 512), .noRoom(size: 100, room: 99),
      .transferFailed(key: 0x19, control: 1), .transferUnfinished(key: 0x19, control: 0x19_000A),
    ]
    #expect(
      errors.map { "\($0)" } == [
        "fw_cfg signature 0xffffffff: expected 0x554d4551",
        "fw_cfg directory of 513 files: expected 512 at most",
        "fw_cfg file of 100 bytes: expected 99 at most",
        "fw_cfg item 0x19: the transfer ended with control 0x1, expected 0",
        "fw_cfg item 0x19: the transfer does not end, control stays 0x19000a",
      ])
  }
}
