import Foundation
import PCIConfig
import Testing

@testable import HostPCI

struct ListingTests {
  /// A dump's inventory.
  private func inventory(_ functions: [(String, [Int: UInt32])], size: Int = 64) throws -> Inventory
  {
    Inventory(
      of: ConfigurationDump(
        try functions.map { address, registers in
          .init(
            address: try #require(FunctionAddress(address)),
            image: image(registers.merging([0: 0x0001_1234]) { given, _ in given }, size))
        }))
  }

  private func image(_ registers: [Int: UInt32], _ count: Int) -> ConfigurationImage {
    var bytes = [UInt8](repeating: 0, count: count)
    for (offset, value) in registers {
      for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
    return ConfigurationImage(bytes)
  }

  private func bridge(_ secondary: UInt32, _ subordinate: UInt32) -> [Int: UInt32] {
    [8: 0x0604_0000, 0xC: 0x0001_0000, 0x18: subordinate << 16 | secondary << 8]
  }

  private let names = NameDatabase(
    Array("1234  Maker \"of\" things\n\t0001  Thing\n\t\t1234 0002  Board\nC 02  Network\n".utf8))

  @Test func `the segment is shown for all where one is not 0`() throws {
    let one = Listing(try inventory([("00:02.0", [:]), ("00:01.0", [8: 0x0200_0003])]))
    #expect(one.text == "00:01.0 0200: 1234:0001 (rev 03)\n00:02.0 0000: 1234:0001\n")
    var two = Listing(try inventory([("00:02.0", [:]), ("10000:00:01.0", [:])]))
    #expect(two.text == "0000:00:02.0 0000: 1234:0001\n10000:00:01.0 0000: 1234:0001\n")
    #expect(
      two.machineText == """
        00:02.0 "0000" "1234" "0001" -p00 "" ""
        10000:00:01.0 "0000" "1234" "0001" -p00 "" ""

        """)
    two.alwaysShowsSegment = true
    #expect(two.machineText.hasPrefix("0000:00:02.0 "))
  }

  @Test func `names, numbers and both`() throws {
    let inventory = try inventory([
      ("00:01.0", [8: 0x0200_0103, 0x2C: 0x0002_1234]), ("00:02.0", [0: 0x9999_1234]),
      ("00:03.0", [0: 0x9999_9999]),
    ])
    var listing = Listing(inventory)
    listing.naming = Naming(.names, database: names)
    #expect(
      listing.text == """
        00:01.0 Network [0200]: Maker "of" things Thing (rev 03)
        00:02.0 Class 0000: Maker "of" things Device 9999
        00:03.0 Class 0000: Device 9999:9999

        """)
    #expect(
      listing.machineText.hasPrefix(
        #"00:01.0 "Network [0200]" "Maker \"of\" things" "Thing" -r03 -p01 "#
          + #""Maker \"of\" things" "Board""# + "\n"))
    listing.naming = Naming(.both, database: names)
    listing.showsDriver = true
    #expect(
      listing.text == """
        00:01.0 Network [0200]: Maker "of" things Thing [1234:0001] (rev 03)
        \tSubsystem: Maker "of" things Board [1234:0002]
        00:02.0 Class [0000]: Maker "of" things Device [1234:9999]
        00:03.0 Class [0000]: Device [9999:9999]

        """)
    listing.naming = Naming(.names, database: nil)
    #expect(listing.text.hasPrefix("00:01.0 Class 0200: Device 1234:0001 (rev 03)\n"))
  }

  @Test func `a tree hangs buses behind bridges and stray buses at the root`() throws {
    let inventory = try inventory([
      ("00:00.0", [:]), ("00:01.0", bridge(1, 3)), ("00:02.0", bridge(0, 0)),
      ("00:03.0", bridge(0, 255)), ("01:00.0", bridge(2, 2)), ("02:00.0", [:]), ("02:00.1", [:]),
      ("03:00.0", [:]), ("40:00.0", [:]), ("0001:05:00.0", [:]),
    ])
    let listing = Listing(inventory)
    #expect(
      listing.tree() == #"""
        -+-[0000:00]-+-00.0
         |           +-01.0-[01-03]--+-[0000:01]---00.0-[02]--+-00.0
         |           |               |                        \-00.1
         |           |               \-[0000:03]---00.0
         |           +-02.0--
         |           \-03.0--
         \-[0000:40]---00.0
        -[0001:05]---00.0

        """#)
    let slot = FunctionSelection(slot: SlotSelection("02:00.1"))
    #expect(listing.tree(slot) == "-[0000:00]---01.0-[01-03]--[0000:01]---00.0-[02]----00.1\n")
    let bridgeAlone = FunctionSelection(slot: SlotSelection("01:00.0"))
    #expect(
      listing.tree(bridgeAlone) == #"""
        -[0000:00]---01.0-[01-03]--[0000:01]---00.0-[02]--+-00.0
                                                          \-00.1

        """#)
    #expect(listing.tree(FunctionSelection(slot: SlotSelection("77:"))) == "")
  }

  @Test func `bridges that lead to themselves and to each other end`() throws {
    let loops = try inventory([
      ("00:00.0", bridge(0, 255)), ("01:00.0", bridge(1, 1)), ("02:00.0", bridge(1, 3)),
      ("03:00.0", bridge(2, 3)),
    ])
    #expect(
      Listing(loops).tree() == #"""
        -+-[0000:00]---00.0--
         +-[0000:01]---00.0-[01]--
         +-[0000:02]---00.0-[01-03]--
         \-[0000:03]---00.0-[02-03]--

        """#)
  }

  @Test func `verbose output shows what the header says, and each capability with its bytes`()
    throws
  {
    let inventory = try inventory(
      [
        (
          "00:01.0",
          [
            0x04: 0x0010_0002, 0x08: 0x0200_0000, 0x10: 0xFEB0_0000, 0x14: 0xC001,
            0x30: 0xFEA0_0001,
            0x34: 0x40, 0x3C: 0x0000_020B, 0x40: 0xC803_5001, 0x44: 8, 0x50: 0x0006_6009,
            0x54: 0xAABB, 0x60: 0x0000_7016, 0x64: 1, 0x70: 0x0000_3015,
          ]
        )
      ], size: 256)
    var listing = Listing(inventory)
    listing.isVerbose = true
    #expect(
      listing.text == """
        00:01.0 0200: 1234:0001
        \tControl: I/O- Mem+ BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- \
        FastB2B- DisINTx-
        \tStatus: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort- <TAbort- <MAbort- >SERR- \
        <PERR- INTx-
        \tInterrupt: pin B routed to IRQ 11
        \tRegion 0: Memory at feb00000 (32-bit, non-prefetchable)
        \tRegion 1: I/O ports at c000 [disabled]
        \tExpansion ROM at fea00000
        \tCapabilities: [40] Power Management version 3
        \t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0+,D1-,D2-,D3hot+,D3cold+)
        \t\tStatus: D0 NoSoftRst+ PME-Enable- DSel=0 DScale=0 PME-
        \t\t40: 01 50 03 c8 08 00 00 00
        \tCapabilities: [50] Vendor Specific Information: Len=06 <?>
        \t\t50: 09 60 06 00 bb aa
        \tCapabilities: [60] #16 [0000]
        \t\t60: 16 70 00 00 01 00 00 00 00 00 00 00 00 00 00 00
        \tCapabilities: [70] Flattening Portal Bridge
        \t\t70: 15 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \t\t80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \t\t90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \t\ta0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \tCapabilities: <chain broken> the pointer leads to 0x30, where no capability can be


        """)
  }

  @Test func `a header alone says that its capabilities were not read`() throws {
    var listing = Listing(
      try inventory([("00:01.0", [0x04: 0x0010_0000, 0x34: 0x40])]))
    listing.isVerbose = true
    #expect(listing.text.hasSuffix("\n\tCapabilities: <access denied>\n\n"))
  }

  @Test func `all that a dump has is listed, as lspci does it`() throws {
    let lost = Dictionary(
      uniqueKeysWithValues: stride(from: 0, to: 64, by: 4).map { ($0, UInt32.max) })
    let inventory = try inventory([
      ("00:02.0", lost), ("00:03.0", [0: 0xFFFF_0001]),
      ("05:10.0", [0: .max, 4: 0x0010_0000, 8: 0x0200_0001, 0x34: 0x50]),
    ])
    #expect(inventory.failures == [])
    var listing = Listing(inventory)
    #expect(
      listing.text == """
        00:02.0 ffff: ffff:ffff (rev ff)
        00:03.0 0000: 0001:ffff
        05:10.0 0200: ffff:ffff (rev 01)

        """)
    #expect(
      listing.machineText == """
        00:02.0 "ffff" "ffff" "ffff" -rff -pff "" ""
        00:03.0 "0000" "0001" "ffff" -p00 "" ""
        05:10.0 "0200" "ffff" "ffff" -r01 -p00 "" ""

        """)
    listing.isVerbose = true
    #expect(
      listing.text.hasPrefix(
        """
        00:02.0 ffff: ffff:ffff (rev ff) (prog-if ff)
        \t!!! No header: vendor ID 0xffff: no function answers

        00:03.0 0000: 0001:ffff
        \t!!! No header: vendor ID 0x0001, device ID 0xffff: the function is not ready yet

        05:10.0 0200: ffff:ffff (rev 01)
        \tControl: I/O- Mem- BusMaster-
        """))
  }

  @Test func `of registers that a dump has not nothing is known`() throws {
    let short = Inventory(
      of: try ConfigurationDump(parsing: Array("00:01.0 x\n00: 34 12 01 00\n\n00:02.0 y\n".utf8)))
    #expect(short.failures == ["0000:00:02.0: the dump has no registers of it"])
    var listing = Listing(short)
    listing.isVerbose = true
    listing.byteLimit = 64
    #expect(
      listing.text == """
        00:01.0 ffff: 1234:0001 (prog-if ff)
        \t!!! No header: register 0x04: not reached, a header has 64 bytes
        00: 34 12 01 00


        """)
  }

  @Test func `what a dump leaves out of its text is a failure`() throws {
    let text = "00:20.0 x\n00: 34 12 01 00\n\n00:01.0 y\n00: 34 12\n04: 00\n"
    #expect(
      Inventory(of: try ConfigurationDump(parsing: Array(text.utf8))).failures == [
        "line 1: 00:20.0: expected a device up to 1f and a function up to 7: left out",
        "line 6: 0000:00:01.0, offset 04: expected 02: left out from there on",
      ])
  }

  @Test func `damaged registers are shown without a trap`() throws {
    var generator = Generator(state: 7)
    for count in [64, 128, 256, 4096] {
      for _ in 0..<60 {
        var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        // Lists that are followed: capabilities of all kinds, one behind the other.
        bytes[0] = 0xF4
        bytes[1] = 0x1A
        bytes[3] = 0x10
        bytes[6] |= 0x10
        bytes[0x0E] = UInt8.random(in: 0...3, using: &generator)
        for offset in stride(from: 0x40, to: min(count, 256), by: 4) {
          bytes[offset] = UInt8.random(in: 0...0x16, using: &generator)
        }
        let address = FunctionAddress(routingID: UInt16.random(in: 0...0xFFFF, using: &generator))
        let inventory = Inventory(
          of: ConfigurationDump([.init(address: address, image: ConfigurationImage(bytes))]))
        var listing = Listing(inventory)
        listing.isVerbose = true
        listing.byteLimit = 4096
        #expect(listing.text.hasSuffix("\n\n"))
        #expect(listing.tree().hasPrefix("-[0000:"))
        #expect(try JSONEncoder().encode(ListDocument(listing)).count > 0)
      }
    }
  }
}
