import Foundation
import PCIConfig
import TestSupport
import Testing

@testable import HostPCI
@testable import HostReports

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
    let slot = FunctionSelection(slot: try SlotSelection("02:00.1"))
    #expect(listing.tree(slot) == "-[0000:00]---01.0-[01-03]--[0000:01]---00.0-[02]----00.1\n")
    let bridgeAlone = FunctionSelection(slot: try SlotSelection("01:00.0"))
    #expect(
      listing.tree(bridgeAlone) == #"""
        -[0000:00]---01.0-[01-03]--[0000:01]---00.0-[02]--+-00.0
                                                          \-00.1

        """#)
    #expect(listing.tree(FunctionSelection(slot: try SlotSelection("77:"))) == "")
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
        \t\tLength not known, at most:
        \t\t60: 16 70 00 00 01 00 00 00 00 00 00 00 00 00 00 00
        \tCapabilities: [70] Flattening Portal Bridge
        \t\t70: 15 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \t\t80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \t\t90: 00 00 00 00
        \tCapabilities: <chain broken> the pointer leads to 0x30, where no capability can be


        """)
  }

  /// The lines that `-v` adds to those of a function's first 256 bytes.
  private func details(_ registers: [Int: UInt32], size: Int = 256) throws -> [String] {
    var listing = Listing(try inventory([("00:01.0", registers)], size: size))
    listing.isVerbose = true
    return listing.text.split(separator: "\n").map(String.init)
  }

  @Test func `a window over all addresses has a size, too`() {
    #expect(sizeText(0...UInt64.max) == "[size=16E]")
    #expect(sizeText(0x1000...0x2FFF) == "[size=8K]")
  }

  @Test func `a CardBus bridge shows its base address, buses, windows and control`() throws {
    let lines = try details([
      4: 0x0200_0001, 8: 0x0607_0000, 0x0C: 0x0002_0000, 0x10: 0xFEBF_F000, 0x14: 0x4000_0000,
      0x18: 0xB005_0200, 0x1C: 0xF400_0000, 0x20: 0xF5FF_F000, 0x24: 0xF600_0000,
      0x28: 0xF7FF_F000, 0x2C: 0x4001, 0x30: 0x40FC, 0x34: 0x4400, 0x38: 0x44FC,
      0x3C: 0x05C0_0000, 0x44: 0x0381,
    ])
    #expect(
      lines.dropFirst(3) == [
        "\tRegion 0: Memory at febff000 (32-bit, non-prefetchable) [disabled]",
        "\tBus: primary=00, secondary=02, subordinate=05, sec-latency=176",
        "\tMemory window 0: f4000000-f5ffffff [disabled] (prefetchable)",
        "\tMemory window 1: f6000000-f7ffffff [disabled]",
        "\tI/O window 0: 00004000-000040ff", "\tI/O window 1: 00004400-000044ff",
        "\tSecondary status: SERR",
        "\tBridgeCtl: Parity- SERR- ISA- VGA- MAbort- >Reset+ 16bInt+ PostWrite+",
        "\t16-bit legacy interface ports at 0381",
      ])
  }

  @Test func `JSON has a CardBus bridge, windows without a type, and lengths that are not known`()
    throws
  {
    func function(_ registers: [Int: UInt32], size: Int = 64) throws -> NSDictionary {
      var listing = Listing(try inventory([("00:01.0", registers)], size: size))
      listing.isVerbose = true
      let document = try JSONSerialization.jsonObject(
        with: try JSONEncoder().encode(ListDocument(listing)))
      return try #require(
        ((document as? NSDictionary)?["functions"] as? [NSDictionary])?.first)
    }
    func part(_ document: NSDictionary, _ name: String) throws -> NSDictionary {
      try #require(document[name] as? NSDictionary)
    }
    let cardBus = try function(
      [
        8: 0x0200_0000, 0x0C: 0x0002_0000, 0x18: 0x0005_0201, 0x1C: 0xF400_0000, 0x20: 0xF5FF_F000,
        0x24: 0x1000, 0x2C: 0x4001, 0x30: 0x40FC, 0x34: 0x4400, 0x38: 0x44FC, 0x3C: 0x05C0_0000,
        0x44: 0x0381,
      ], size: 128)
    let wanted: NSDictionary = [
      "primaryBus": 1, "secondaryBus": 2, "subordinateBus": 5, "control": "0x05c0",
      "legacyModeBase": "0x0381",
      "memory": [
        ["base": "0xf4000000", "limit": "0xf5ffffff", "isOpen": true],
        ["base": "0x1000", "limit": "0xfff", "isOpen": false],
      ],
      "ports": [
        ["base": "0x4000", "limit": "0x40ff", "isOpen": true],
        ["base": "0x4400", "limit": "0x44ff", "isOpen": true],
      ],
    ]
    #expect(try part(cardBus, "header")["cardBus"] as? NSDictionary == wanted)
    #expect(try part(cardBus, "header")["classFitsLayout"] as? Bool == false)
    let bridge = try function([8: 0x0604_0000, 0x0C: 0x0001_0000, 0x1C: 0xF1])
    #expect(
      try part(part(bridge, "header"), "bridge")["ports"] as? NSDictionary == [
        "base": "0xf000", "limit": "0xfff", "isOpen": false,
        "undefinedTypes": ["base": "0xf1", "limit": "0x0"],
      ])
    let lengths = try function(
      [0x04: 0x0010_0000, 0x34: 0x40, 0x40: 0x0000_4403, 0x44: 0x0016], size: 256)
    #expect(
      try (part(lengths, "capabilities")["conventional"] as? [NSDictionary])?.map {
        $0["isLengthKnown"] as? Bool
      }
        == [true, false])
  }

  @Test func `a bridge with undefined types of windows, and a class that does not fit, are told`()
    throws
  {
    let lines = try details([
      8: 0x0200_0000, 0x0C: 0x0001_0000, 0x10: 0xFE00_000E, 0x1C: 0xF1, 0x20: 0xF5F1_F011,
      0x24: 0xF6F0_0001,
    ])
    #expect(
      lines.filter { $0.contains("!!!") || $0.contains("Region") } == [
        "\t!!! Invalid class 0200 for header type 01",
        "\tRegion 0: Memory at fe000000 (type 3, prefetchable) [disabled]",
        "\t!!! Unknown I/O range types f1/0", "\t!!! Unknown memory range types f011/f5f1",
        "\t!!! Unknown prefetchable memory range types 1/f6f0",
      ])
  }

  @Test func `short capabilities show their values`() throws {
    let lines = try details(
      [
        0x04: 0x0010_0000, 0x34: 0x40, 0x40: 0xC803_4801, 0x44: 0x00C0_0000, 0x48: 0x8862_5008,
        0x50: 0xA801_5C08, 0x5C: 0x0000_640D, 0x60: 0x2238_17AA, 0x64: 0x20A0_680A,
        0x68: 0x0010_7012, 0x6C: 0x48, 0x70: 0x0001_0010, 0x100: 0x0001_0003,
        0x104: 0x318C_3825, 0x108: 0x2B0A_50FF,
      ], size: 4096)
    #expect(
      lines.filter { $0.contains("Capabilities:") || $0.contains("Bridge:") } == [
        "\tCapabilities: [40] Power Management version 3", "\t\tBridge: PM+ B3-",
        "\tCapabilities: [48] HyperTransport: Revision ID: 3.02",
        "\tCapabilities: [50] HyperTransport: MSI Mapping Enable+ Fixed-",
        "\tCapabilities: [5c] Subsystem: 17aa:2238",
        "\tCapabilities: [64] Debug port: BAR=1 offset=00a0",
        "\tCapabilities: [68] SATA HBA v1.0 BAR4 Offset=00000004",
        "\tCapabilities: [70] Express (v1) Endpoint, IntMsgNum 0",
        "\tCapabilities: [100 v1] Device Serial Number 2b-0a-50-ff-31-8c-38-25",
      ])
    #expect(!lines.contains("\t\tLength not known, at most:"))
    #expect(lines.contains("\t\t100: 03 00 01 00 25 38 8c 31 ff 50 0a 2b"))
  }

  @Test func `windows to a device's registers are not read`() throws {
    let lines = try details(
      [
        0x00: 0x1041_1AF4, 0x04: 0x0010_0000, 0x34: 0x40, 0x40: 0x0010_5012, 0x44: 0x0F,
        0x48: 0x1234_5678, 0x50: 0x0514_0009, 0x60: 0x1234_5678,
      ], size: 256)
    #expect(
      lines.filter { $0.hasPrefix("\t\t4") || $0.hasPrefix("\t\t5") || $0.hasPrefix("\t\t6") } == [
        "\t\t40: 12 50 10 00 0f 00 00 00",
        "\t\t50: 09 00 14 05 00 00 00 00 00 00 00 00 00 00 00 00",
      ])
    #expect(!lines.contains("\t\tLength not known, at most:"))
  }

  @Test func `version 2 of an Express capability shows its second half`() throws {
    let lines = try details([
      0x04: 0x0010_0000, 0x10: 0xFEB0_0000, 0x34: 0x40, 0x40: 0x0002_0010, 0x4C: 0x0000_0103,
      0x64: 0x8077_389F, 0x68: 0x0000_F546, 0x6C: 0x8180_000E, 0x70: 0x90DF_5C23,
    ])
    #expect(
      lines.drop { !$0.contains("DevCap2") }.prefix { !$0.contains("40: 10") } == [
        "\t\tDevCap2: Completion Timeout: Range ABCD, TimeoutDis+ NROPrPrP- LTR+",
        "\t\t\t 10BitTagComp+ 10BitTagReq+ OBFF Via message, ExtFmt+ EETLPPrefix+, MaxEETLPPrefixes 1",
        "\t\t\t EmergencyPowerReduction Not Supported, EmergencyPowerReductionInit-",
        "\t\t\t FRS+ TPHComp+ ExtTPHComp+", "\t\t\t AtomicOpsCap: 32bit+ 64bit- 128bitCAS-",
        "\t\tDevCtl2: Completion Timeout: 65ms to 210ms, TimeoutDis-",
        "\t\t\t AtomicOpsCtl: ReqEn+",
        "\t\t\t IDOReq+ IDOCompl- LTR+ EmergencyPowerReductionReq-",
        "\t\t\t 10BitTagReq+ OBFF Via WAKE#, EETLPPrefixBlk+",
        "\t\tLnkCap2: Supported Link Speeds: 2.5-8GT/s, Crosslink- Retimer+ 2Retimers+ DRS+",
        "\t\tLnkCtl2: Target Link Speed: 8GT/s, EnterCompliance- SpeedDis+",
        "\t\t\t Transmit Margin: Normal Operating Range, EnterModifiedCompliance+ ComplianceSOS+",
        "\t\t\t Compliance Preset/De-emphasis: 0dB de-emphasis, 1.9dB preshoot",
        "\t\tLnkSta2: Current De-emphasis Level: -3.5dB, EqualizationComplete+ EqualizationPhase1+",
        "\t\t\t EqualizationPhase2+ EqualizationPhase3+ LinkEqualizationRequest-",
        "\t\t\t Retimer+ 2Retimers+ CrosslinkRes: unsupported, FltMode-",
        "\t\t\t DownstreamComp: Link Down - Not Present, DRS+",
      ])
  }

  @Test func `the data of virtio's configuration access, which is the device's, is not shown`()
    throws
  {
    let lines = try details([
      0x00: 0x1041_1AF4, 0x04: 0x0010_0000, 0x34: 0x40, 0x40: 0x0514_0009, 0x50: 0x1234_5678,
    ])
    #expect(lines.last == "\t\t40: 09 00 14 05 00 00 00 00 00 00 00 00 00 00 00 00")
  }

  @Test func `numbers leave the name of the programming interface, which -v shows`() throws {
    var listing = Listing(try inventory([("00:01.0", [8: 0x0C03_3000])]))
    listing.naming = Naming(
      .numbers, database: NameDatabase(Array("C 0c  Bus\n\t03  USB\n\t\t30  XHCI\n".utf8)))
    #expect(listing.text == "00:01.0 0c03: 1234:0001\n")
    listing.isVerbose = true
    #expect(listing.text.hasPrefix("00:01.0 0c03: 1234:0001 (prog-if 30 [XHCI])\n"))
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
    var generator = SeededGenerator(seed: 7)
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
