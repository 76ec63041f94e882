import PCIConfig
import Testing

@testable import HostPCI
@testable import LinuxHost

struct RegisterReadingTests {
  private func readings(
    _ expressions: [String], _ machine: RecordedMachine
  ) throws -> RegisterReadings {
    let host = try Host(recordedAt: machine.root)
    return RegisterReadings(
      try expressions.map { try RegisterExpression($0) }, of: try Inventory(of: host).functions,
      through: HostAccess(host))
  }

  @Test func `registers are read function by function`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:01.0", identification: 0x1041_1AF4, classRevision: 0x0200_0001, size: 256,
      registers: [4: 0x0010_0406, 0x34: 0x98, 0x98: 0x8003_0011])
    try machine.function(
      "0000:05:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 64,
      registers: [4: 0x0010_0103, 0x34: 0x40])
    let readings = try readings(["command", "CAP_MSIX+2.w", "3.b", "40.l", "PRIMARY_BUS"], machine)
    #expect(
      readings.verboseText == """
        0000:00:01.0 COMMAND.w 0x04 = 0406
        0000:00:01.0 CAP_MSIX+2.w 0x9a = 8003
        0000:00:01.0 03.b 0x03 = 10
        0000:00:01.0 40.l 0x40 = 00000000
        0000:05:02.0 COMMAND.w 0x04 = 0103
        0000:05:02.0 03.b 0x03 = 10

        """)
    #expect(readings.text == "0406\n8003\n10\n00000000\n0103\n10\n")
    let unreadable = "the record has 64 bytes of the function"
    #expect(
      readings.failures == [
        "0000:00:01.0 PRIMARY_BUS.b: a device's header (type 0) has no PRIMARY_BUS",
        "0000:05:02.0 CAP_MSIX+2.w: CAP_MSIX was not found, and the list cannot be followed to its "
          + "end: 0x40 cannot be read: \(unreadable)",
        "0000:05:02.0 40.l: \(unreadable)",
        "0000:05:02.0 PRIMARY_BUS.b: a device's header (type 0) has no PRIMARY_BUS",
      ])
  }

  @Test func `a virtual function shows its own registers, and its capabilities are found`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: .max, classRevision: 0x0200_0001, size: 256,
      registers: [4: 0x0010_0000, 0x34: 0x40, 0x40: 0x0002_0010])
    try machine.write(
      "sys/bus/pci/devices/0000:00:02.0/uevent", "PCI_CLASS=20000\nPCI_ID=8086:10CA")
    let readings = try readings(["VENDOR_ID", "CAP_EXP+2.w"], machine)
    #expect(readings.text == "ffff\n0002\n")
    #expect(readings.failures == [])
  }

  @Test func `of a function that does not answer no capability is said to be missing`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: .max, classRevision: .max, size: 256,
      registers: Dictionary(
        uniqueKeysWithValues: stride(from: 0, to: 256, by: 4).map { ($0, UInt32.max) }))
    try machine.write(
      "sys/bus/pci/devices/0000:00:02.0/uevent", "PCI_CLASS=20000\nPCI_ID=8086:10CA")
    let readings = try readings(["VENDOR_ID", "CAP_MSIX+2.w", "BASE_ADDRESS_0"], machine)
    #expect(readings.text == "ffff\n")
    let reason = "the registers read as all ones: the function does not answer"
    #expect(
      readings.failures == [
        "0000:00:02.0 CAP_MSIX+2.w: \(reason)", "0000:00:02.0 BASE_ADDRESS_0.l: \(reason)",
      ])
  }

  @Test func `procfs has the registers where sysfs does not`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    try machine.write(
      "sys/bus/pci/devices/0000:00:02.0/uevent", "PCI_CLASS=20000\nPCI_ID=8086:10D3")
    try machine.remove("sys/bus/pci/devices/0000:00:02.0/config")
    #expect(try readings(["DEVICE_ID"], machine).text == "10d3\n")
    try machine.remove("proc/bus/pci/00/02.0")
    #expect(
      try readings(["DEVICE_ID"], machine).failures == [
        "0000:00:02.0 DEVICE_ID.w: open /sys/bus/pci/devices/0000:00:02.0/config: "
          + "ENOENT (No such file or directory)"
      ])
  }

  @Test func `a dump is read as a machine is`() throws {
    let text = """
      00:02.0 Network controller
      00: 86 80 d3 10 07 04 00 00 00 00 00 02 00 00 00 00
      10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00

      """
    let dump = try ConfigurationDump(parsing: Array(text.utf8))
    let inventory = Inventory(of: dump)
    let readings = RegisterReadings(
      try ["COMMAND", "40.b"].map { try RegisterExpression($0) }, of: inventory.functions,
      through: HostAccess(dump, path: "dump.txt"))
    #expect(readings.text == "0407\n")
    #expect(readings.failures == ["0000:00:02.0 40.b: the dump has 64 bytes of the function"])
  }
}
