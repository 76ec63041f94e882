import PCIConfig
import TestSupport
import Testing

private func entry(
  _ base: UInt64, segment: UInt16 = 0, _ first: UInt8, _ last: UInt8
) -> MCFGEntry {
  MCFGEntry(base: base, segment: segment, firstBus: first, lastBus: last)
}

struct MCFGTests {
  /// A table of QEMU's Q35: buses 0 to 255 at 0xB0000000.
  private static let table: [UInt8] = [
    0x4D, 0x43, 0x46, 0x47, 0x3C, 0x00, 0x00, 0x00, 0x01, 0x8C, 0x42, 0x4F, 0x43, 0x48, 0x53, 0x20,
    0x42, 0x58, 0x50, 0x43, 0x20, 0x20, 0x20, 0x20, 0x01, 0x00, 0x00, 0x00, 0x42, 0x58, 0x50, 0x43,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xB0,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x00, 0x00, 0x00, 0x00,
  ]
  private static let good = MCFGTable(entries: [entry(0xB000_0000, 0, 255)])

  @Test func `a table is read whole`() throws {
    let mcfg = MCFG(Self.table)
    #expect(mcfg.entries == [entry(0xB000_0000, 0, 255)])
    #expect(mcfg.findings == [])
    #expect(try mcfg.entries[0].region() == (try ECAMRegion(base: 0xB000_0000, buses: 0...255)))
  }

  @Test(
    arguments: [
      // A region that starts at a later bus: its base is that of bus 0, where memory may be.
      [entry(0xF000_0000, segment: 1, 0x40, 0x7F)],
      [entry(0xE000_0000, 0, 255), entry(0xD000_0000, segment: 1, 0, 255)],
      // The first lies where buses 00 to 3f of the second would lie.
      [entry(0xC000_0000, 0, 0x3F), entry(0xC000_0000, segment: 1, 0x40, 0x7F)],
      [entry(0xF_FFFF_F000_0000, 0, 255)],
      [entry(0xEEC0_0000, 0, 0)],
    ])
  func `a table without fault has no finding`(entries: [MCFGEntry]) {
    let mcfg = MCFG(MCFGTable(entries: entries).bytes)
    #expect(mcfg.entries == entries)
    #expect(mcfg.findings == [])
  }

  @Test func `the table as a whole is judged`() {
    func findings(_ change: (inout MCFGTable) -> Void) -> [MCFGFinding] {
      var table = Self.good
      change(&table)
      return MCFG(table.bytes).findings
    }
    #expect(MCFG([]).findings == [.tooShort(byteCount: 0)])
    #expect(MCFG(Array(Self.table.prefix(43))).findings == [.tooShort(byteCount: 43)])
    #expect(
      findings { $0.signature = Array("XCFG".utf8) } == [.wrongSignature(0x4746_4358)])
    #expect(findings { $0.length = 43 } == [.lengthTooSmall(43)])
    #expect(findings { $0.length = 61 } == [.truncated(length: 61, available: 60)])
    #expect(
      findings { $0.length = .max } == [.truncated(length: 0xFFFF_FFFF, available: 60)])
    #expect(findings { $0.revision = 2 } == [.unknownRevision(2)])
    #expect(findings { $0.entries = [] } == [.noEntries])
    #expect(findings { $0.rest = [0] } == [.partialEntry(byteCount: 1)])
    #expect(
      findings { $0.rest = .init(repeating: 9, count: 15) } == [.partialEntry(byteCount: 15)])
    #expect(MCFG(Self.table + [1, 2, 3]).findings == [.bytesAfterTable(byteCount: 3)])
  }

  @Test func `a changed byte is seen in the checksum`() {
    var table = Self.table
    table[47] = 0xE0
    let mcfg = MCFG(table)
    #expect(mcfg.findings == [.wrongChecksum(sum: 0x30)])
    #expect(mcfg.entries == [entry(0xE000_0000, 0, 255)])
  }

  @Test func `a truncated table shows the entries that are there`() {
    let entries = [entry(0xE000_0000, 0, 255), entry(0xD000_0000, segment: 1, 0, 255)]
    let bytes = MCFGTable(entries: entries).bytes
    let mcfg = MCFG(Array(bytes.dropLast()))
    #expect(mcfg.entries == [entries[0]])
    #expect(mcfg.findings == [.truncated(length: 76, available: 75)])
  }

  @Test(
    arguments: [
      ([entry(0, 0, 255)], [.zeroBase(entry: 0)]),
      ([entry(0xB008_0000, 0, 0)], [.misalignedBase(entry: 0, 0xB008_0000)]),
      ([entry(1, 9, 9)], [.misalignedBase(entry: 0, 1)]),
      (
        [entry(0xB010_0000, 0, 255)],
        [.baseNotAlignedToSize(entry: 0, 0xB010_0000, size: 0x1000_0000)]
      ),
      (
        [entry(0xB020_0000, 2, 5)],
        [.baseNotAlignedToSize(entry: 0, 0xB020_0000, size: 0x80_0000)]
      ),
      (
        [entry(0xFFFF_FFFF_FFF0_0000, 1, 2)],
        [.beyondMemory(entry: 0, base: 0xFFFF_FFFF_FFF0_0000, lastBus: 2)]
      ),
      (
        [entry(0x10_0000_0000_0000, 0, 0)],
        [.beyondMemory(entry: 0, base: 0x10_0000_0000_0000, lastBus: 0)]
      ),
      ([entry(0xB000_0000, 2, 1)], [.reversedBuses(entry: 0, first: 2, last: 1)]),
      (
        [entry(0xB000_0000, 0, 0x7F), entry(0xC000_0000, 0x70, 0xFF)],
        [.overlappingBuses(entry: 1, other: 0, 0x70...0x7F)]
      ),
      (
        [entry(0xC000_0000, 0x70, 0xFF), entry(0xB000_0000, 0, 0x7F)],
        [.overlappingBuses(entry: 1, other: 0, 0x70...0x7F)]
      ),
      (
        [entry(0xB000_0000, 0, 255), entry(0xB800_0000, segment: 1, 0, 0x7F)],
        [.overlappingMemory(entry: 1, other: 0, 0xB800_0000...0xBFFF_FFFF)]
      ),
      (
        [entry(0xB000_0000, 0, 0x3F), entry(0xB000_0000, 0x40, 0x7F)],
        [.severalRegions(entry: 1, segment: 0, count: 2)]
      ),
    ] as [([MCFGEntry], [MCFGFinding])])
  func `each fault of entries is found, and no other`(
    entries: [MCFGEntry], findings: [MCFGFinding]
  ) {
    let mcfg = MCFG(MCFGTable(entries: entries).bytes)
    #expect(mcfg.entries == entries)
    #expect(mcfg.findings == findings)
  }

  @Test func `reserved bytes are noted`() {
    var table = Self.good
    table.reserved = 0x8000_0000
    #expect(MCFG(table.bytes).findings == [.reservedNotZero(entry: 0, 0x8000_0000)])
  }

  @Test func `several faults come in the order of the entries`() {
    let table = MCFGTable(
      entries: [entry(0xB000_0000, 0, 255), entry(0xB000_0000, 0, 255), entry(1, 3, 2)],
      revision: 0)
    #expect(
      MCFG(table.bytes).findings == [
        .unknownRevision(0), .overlappingBuses(entry: 1, other: 0, 0...255),
        .overlappingMemory(entry: 1, other: 0, 0xB000_0000...0xBFFF_FFFF),
        .reversedBuses(entry: 2, first: 3, last: 2), .misalignedBase(entry: 2, 1),
      ])
  }

  @Test func `a finding tells everything about itself`() {
    let finding = MCFGFinding.overlappingMemory(entry: 1, other: 0, 0xB800_0000...0xBFFF_FFFF)
    #expect(finding.tag == "overlapping-memory")
    #expect(finding.severity == .error)
    #expect(finding.entry == 1)
    #expect(finding.otherEntry == 0)
    #expect(finding.value == 0xB800_0000)
    #expect(
      finding.description == "entry 1: 0xb8000000 to 0xbfffffff lies in entry 0 as well")
  }

  @Test func `tags and severities stay as they are`() {
    let findings: [MCFGFinding] = [
      .tooShort(byteCount: 0), .wrongSignature(0), .lengthTooSmall(0),
      .truncated(length: 60, available: 44), .unknownRevision(0), .wrongChecksum(sum: 1),
      .noEntries, .partialEntry(byteCount: 1), .bytesAfterTable(byteCount: 1),
      .zeroBase(entry: 0), .misalignedBase(entry: 0, 1),
      .baseNotAlignedToSize(entry: 0, 1 << 20, size: 2 << 20),
      .beyondMemory(entry: 0, base: 1, lastBus: 1), .reversedBuses(entry: 0, first: 1, last: 0),
      .reservedNotZero(entry: 0, 1), .overlappingBuses(entry: 1, other: 0, 0...0),
      .overlappingMemory(entry: 1, other: 0, 0...0),
      .severalRegions(entry: 1, segment: 0, count: 2),
    ]
    #expect(
      findings.map { "\($0.severity.rawValue) \($0.tag)" } == [
        "error too-short", "error wrong-signature", "error length-too-small", "error truncated",
        "warning unknown-revision", "warning wrong-checksum", "error no-entries",
        "warning partial-entry", "note bytes-after-table", "error zero-base",
        "error misaligned-base", "warning base-not-aligned-to-size", "error beyond-memory",
        "error reversed-buses", "note reserved-not-zero", "error overlapping-buses",
        "error overlapping-memory", "note several-regions",
      ])
  }

  @Test func `random and mutated bytes are decoded and judged without a trap`() {
    var random = SeededGenerator(seed: 3)
    let seeds = [
      Self.table,
      MCFGTable(
        entries: [entry(0xB000_0000, 0, 0x3F), entry(0xB000_0000, 0x40, 0x7F), entry(0, 0, 1)]
      ).bytes,
    ]
    for round in 0..<100_000 {
      var bytes: [UInt8]
      if round % 4 == 0 {
        bytes = (0..<Int.random(in: 0...100, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        if round % 8 == 0, bytes.count >= 8 {
          bytes.replaceSubrange(0..<8, with: [0x4D, 0x43, 0x46, 0x47, UInt8(bytes.count), 0, 0, 0])
        }
      } else {
        bytes = seeds[round % 2]
        for _ in 0...Int.random(in: 0...5, using: &random) {
          let index = Int.random(in: 0..<bytes.count, using: &random)
          bytes[index] =
            [0, 0xFF, UInt8.random(in: 0...255, using: &random)]
            .randomElement(using: &random) ?? 0
        }
        if round % 16 == 1 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
      }
      let mcfg = MCFG(bytes)
      let room = max(0, bytes.count - MCFG.headerByteCount) / MCFGEntry.byteCount
      let isSound =
        mcfg.entries.count <= room
        && mcfg.findings.count <= 8 + 6 * mcfg.entries.count
        && mcfg.findings.allSatisfy { finding in
          (finding.entry ?? 0) < max(1, mcfg.entries.count)
            && !finding.description.utf8.contains(0x0A)
        }
      if !isSound { Issue.record("round \(round): \(bytes)") }
    }
  }

  @Test func `overlaps are found exactly where a comparison of all pairs finds them`() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<5_000 {
      let entries = (0..<Int.random(in: 2...6, using: &random)).map { _ in
        let first = UInt8.random(in: 0...20, using: &random)
        return entry(
          UInt64.random(in: 0xE00...0xE20, using: &random) << 20,
          segment: UInt16.random(in: 0...2, using: &random), first,
          first + UInt8.random(in: 0...8, using: &random))
      }
      var buses: Set<Int> = []
      var memory: Set<Int> = []
      for (index, later) in entries.enumerated() {
        for earlier in entries[..<index] {
          if later.segment == earlier.segment, later.firstBus <= earlier.lastBus,
            earlier.firstBus <= later.lastBus
          {
            buses.insert(Int(later.segment))
          }
          if let one = try? later.region(), let other = try? earlier.region(),
            one.addresses.overlaps(other.addresses)
          {
            memory.insert(0)
          }
        }
      }
      var foundBuses: Set<Int> = []
      var foundMemory: Set<Int> = []
      for finding in MCFG(MCFGTable(entries: entries).bytes).findings {
        switch finding {
        case .overlappingBuses(let index, let other, let range):
          foundBuses.insert(Int(entries[index].segment))
          let (one, two) = (entries[index], entries[other])
          #expect(
            range == max(one.firstBus, two.firstBus)...min(one.lastBus, two.lastBus))
        case .overlappingMemory: foundMemory.insert(0)
        default: break
        }
      }
      #expect(foundBuses == buses)
      #expect(foundMemory == memory)
    }
  }
}
