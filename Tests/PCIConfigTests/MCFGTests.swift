import PCIConfig
import Testing

struct MCFGTests {
  /// A table of QEMU's Q35: buses 0 to 255 at 0xB0000000.
  private static let table: [UInt8] = [
    0x4D, 0x43, 0x46, 0x47, 0x3C, 0x00, 0x00, 0x00, 0x01, 0x8C, 0x42, 0x4F, 0x43, 0x48, 0x53, 0x20,
    0x42, 0x58, 0x50, 0x43, 0x20, 0x20, 0x20, 0x20, 0x01, 0x00, 0x00, 0x00, 0x42, 0x58, 0x50, 0x43,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xB0,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x00, 0x00, 0x00, 0x00,
  ]

  @Test func `a table is read whole`() throws {
    let mcfg = try MCFG(Self.table)
    #expect(
      mcfg.entries == [MCFGEntry(base: 0xB000_0000, segment: 0, firstBus: 0, lastBus: 255)])
    #expect(mcfg.hasValidChecksum)
    #expect(mcfg.trailingByteCount == 0)
    #expect(
      try mcfg.entries[0].region() == (try ECAMRegion(base: 0xB000_0000, buses: 0...255)))
  }

  @Test func `bytes behind the length do not count`() throws {
    #expect(try MCFG(Self.table + [1, 2, 3]) == (try MCFG(Self.table)))
  }

  @Test func `a changed byte is seen in the checksum`() throws {
    var table = Self.table
    table[47] = 0xE0
    let mcfg = try MCFG(table)
    #expect(!mcfg.hasValidChecksum)
    #expect(mcfg.entries.map(\.base) == [0xE000_0000])
  }

  @Test func `a partial entry is counted and left out`() throws {
    var table = Self.table
    table[4] = 0x3B
    let mcfg = try MCFG(table)
    #expect(mcfg.entries == [])
    #expect(mcfg.trailingByteCount == 15)
  }

  @Test func `what is no table is refused`() {
    #expect(throws: MCFGError.tooShort(43)) { try MCFG(Array(Self.table.prefix(43))) }
    #expect(throws: MCFGError.length(60, available: 59)) {
      try MCFG(Array(Self.table.prefix(59)))
    }
    #expect(throws: MCFGError.signature(0x4746_4358)) {
      try MCFG([0x58] + Self.table.dropFirst())
    }
  }

  @Test func `an entry with its buses reversed is no region`() {
    let entry = MCFGEntry(base: 0xB000_0000, segment: 0, firstBus: 2, lastBus: 1)
    #expect(throws: ECAMRegionError.reversedBuses(2, 1)) { try entry.region() }
  }
}
