import HostReports
import Testing

struct NameDatabaseTests {
  private let database = NameDatabase(
    Array(
      """
      # a comment
      0001  SafeNet (wrong ID)

      001c  PEAK-System Technik GmbH
      \t0001  PCAN-PCI CAN-Bus controller
      # a comment within
      \t\t001c 0004  2 Channel CAN Bus SJC1000
      \t\t001C 0005   Blanks around  \r
      \t0002  Another
      \t\t001c 0004  Of another device
      001c  A second block counts for nothing
      \t0009  Never seen
      12  too short
      zzzz  no number
      1af4
      S 001c
      \t0007  A board of the vendor's
      L 01 unknown block
      \t00  unknown
      C 01  Mass storage controller
      \t01  IDE interface
      \t\t80  ISA Compatibility mode-only controller, supports bus mastering
      \t06  SATA controller
      C ff  Unassigned class
      """.utf8))

  @Test func `vendors and devices`() {
    #expect(database.vendor(0x0001) == "SafeNet (wrong ID)")
    #expect(database.vendor(0x001C) == "PEAK-System Technik GmbH")
    #expect(database.vendor(0x1AF4) == nil)
    #expect(database.vendor(0x0012) == nil)
    #expect(database.device(1, of: 0x001C) == "PCAN-PCI CAN-Bus controller")
    #expect(database.device(2, of: 0x001C) == "Another")
    #expect(database.device(9, of: 0x001C) == nil)
    #expect(database.device(1, of: 0x0001) == nil)
    #expect(database.device(4, of: 0x001C) == nil)
  }

  @Test func `boards: with the device, of the vendor, the device itself`() {
    func name(_ id: UInt16, _ device: UInt16, _ vendor: UInt16 = 0x1C) -> String? {
      database.subsystem(id, by: vendor, on: device, of: 0x1C)
    }
    #expect(name(4, 1) == "2 Channel CAN Bus SJC1000")
    #expect(name(5, 1) == "Blanks around")
    #expect(name(4, 2) == "Of another device")
    #expect(name(5, 2) == nil)
    #expect(name(7, 2) == "A board of the vendor's")
    #expect(name(2, 2) == "Another")
    #expect(name(2, 2, 0x1D) == nil)
  }

  @Test func `classes`() {
    #expect(database.baseClass(0x01) == "Mass storage controller")
    #expect(database.baseClass(0xFF) == "Unassigned class")
    #expect(database.baseClass(0x02) == nil)
    #expect(database.subclass(0x06, of: 0x01) == "SATA controller")
    #expect(database.subclass(0x02, of: 0x01) == nil)
    #expect(
      database.interface(0x80, of: 0x01, 0x01)
        == "ISA Compatibility mode-only controller, supports bus mastering")
    #expect(database.interface(0x80, of: 0x06, 0x01) == nil)
  }

  @Test(arguments: ["", "\n", "\t", "0", "001c", "001c ", "001c  x", "C 01", "S 001c", "\t\t\t\n#"])
  func `a file may end anywhere`(text: String) {
    let database = NameDatabase(Array(text.utf8))
    #expect(database.vendor(0x001C) == (text == "001c  x" ? "x" : nil))
    #expect(database.device(1, of: 0x001C) == nil)
    #expect(database.subsystem(1, by: 0x001C, on: 1, of: 0x001C) == nil)
    #expect(database.subclass(1, of: 1) == nil)
  }
}
