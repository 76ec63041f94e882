import PCIConfig
import TestSupport
import Testing

struct ACPITests {
  private static let mcfg = MCFGTable(
    entries: [MCFGEntry(base: 0xE000_0000, segment: 0, firstBus: 0, lastBus: 255)]
  ).bytes

  /// A machine with RSDT and XSDT, of which only the XSDT lists MCFG, at an odd address.
  private static func machine(
    pointer: [UInt8] = acpiRootPointer(rsdt: 0x7000_0000, xsdt: 0x7000_1000), at: UInt64 = 0xF_5A40
  ) -> ByteMemory {
    var memory = ByteMemory()
    memory.put([UInt8](repeating: 0, count: 0x500), at: 0)
    memory.put(pointer, at: at)
    memory.put(acpiTable("RSDT", little(0x7000_2000, 4)), at: 0x7000_0000)
    memory.put(
      acpiTable("XSDT", little(0x7000_2000, 8) + little(0, 8) + little(0x1_2000_0003, 8)),
      at: 0x7000_1000)
    memory.put(acpiTable("FACP", [1, 2, 3]), at: 0x7000_2000)
    memory.put(mcfg, at: 0x1_2000_0003)
    return memory
  }

  @Test func `MCFG is found through the XSDT`() throws {
    let tables = try ACPITables(in: Self.machine())
    #expect(tables.rootPointer.address == 0xF_5A40)
    #expect(tables.rootPointer.revision == 2)
    #expect(tables.rootPointer.rsdtAddress == 0x7000_0000)
    #expect(tables.rootPointer.xsdtAddress == 0x7000_1000)
    #expect(tables.addresses == [0x7000_2000, 0, 0x1_2000_0003])
    let found = try #require(try tables.table(MCFG.signature))
    #expect(found.address == 0x1_2000_0003)
    #expect(found.bytes == Self.mcfg)
    #expect(found.sum == 0)
    #expect(try tables.table(0x5445_5048) == nil)
  }

  @Test func `a root pointer of ACPI 1 leads to the RSDT`() throws {
    let tables = try ACPITables(
      in: Self.machine(pointer: acpiRootPointer(revision: 0, rsdt: 0x7000_0000)))
    #expect(tables.addresses == [0x7000_2000])
    #expect(try tables.table(MCFG.signature) == nil)
  }

  @Test(arguments: [0xE_0000, 0xF_FFE0] as [UInt64])
  func `the whole BIOS area is searched`(address: UInt64) throws {
    let pointer = acpiRootPointer(revision: 0, rsdt: 0x7000_0000)
    let memory = Self.machine(pointer: pointer, at: address)
    #expect(try ACPIRootPointer.find(in: memory).address == address)
  }

  @Test func `the extended BIOS data area comes first, and only its first KiB`() throws {
    var memory = Self.machine()
    memory.put([0xC0, 0x9F], at: 0x40E)
    memory.put(acpiRootPointer(revision: 0, rsdt: 0x7000_0000), at: 0x9_FC00 + 0x3E0)
    #expect(try ACPIRootPointer.find(in: memory).address == 0x9_FFE0)
    memory.put([0x80, 0x9F], at: 0x40E)
    #expect(try ACPIRootPointer.find(in: memory).address == 0xF_5A40)
  }

  @Test func `a pointer between 16-byte boundaries is none`() {
    #expect(throws: ACPIError.noRootPointer) {
      try ACPIRootPointer.find(in: Self.machine(at: 0xF_5A48))
    }
    #expect(throws: ACPIError.noRootPointer) { try ACPITables(in: ByteMemory()) }
  }

  @Test func `a damaged pointer is passed over for a right one, else told`() throws {
    var damaged = acpiRootPointer(rsdt: 0x7000_0000)
    damaged[9] &+= 3
    var memory = Self.machine()
    memory.put(damaged, at: 0xE_0010)
    #expect(try ACPIRootPointer.find(in: memory).address == 0xF_5A40)
    #expect(throws: ACPIError.rootPointerChecksum(at: 0xF_5A40, sum: 3)) {
      try ACPIRootPointer.find(in: Self.machine(pointer: damaged))
    }
    var extended = acpiRootPointer(xsdt: 0x7000_1000)
    extended[35] = 5
    #expect(throws: ACPIError.rootPointerChecksum(at: 0xF_5A40, sum: 5)) {
      try ACPIRootPointer.find(in: Self.machine(pointer: extended))
    }
    #expect(throws: ACPIError.rootPointerLength(at: 0xF_5A40, 0xFFFF_FFFF)) {
      try ACPIRootPointer.find(in: Self.machine(pointer: acpiRootPointer(length: .max)))
    }
  }

  @Test func `a root table that cannot be is told`() {
    func opening(_ pointer: [UInt8], _ bytes: [UInt8] = []) throws {
      var memory = Self.machine(pointer: pointer)
      memory.put(bytes, at: 0x7000_1000)
      _ = try ACPITables(in: memory)
    }
    let extended = acpiRootPointer(xsdt: 0x7000_1000)
    #expect(throws: ACPIError.noRootTable(rootPointer: 0xF_5A40)) { try opening(acpiRootPointer()) }
    #expect(
      throws: ACPIError.rootTableSignature(
        at: 0x7000_1000, 0x5444_5352, expected: 0x5444_5358)
    ) { try opening(extended, acpiTable("RSDT", [])) }
    #expect(throws: ACPIError.tableLength(at: 0x7000_1000, 35, limit: 65_536)) {
      try opening(extended, acpiTable("XSDT", [], length: 35))
    }
    #expect(throws: ACPIError.tableLength(at: 0x7000_1000, 0xFFFF_FFFF, limit: 65_536)) {
      try opening(extended, acpiTable("XSDT", [], length: .max))
    }
    var damaged = acpiTable("XSDT", [])
    damaged[10] = 7
    #expect(throws: ACPIError.rootTableChecksum(at: 0x7000_1000, sum: 7)) {
      try opening(extended, damaged)
    }
    #expect(throws: ACPIError.beyondMemory(0xFFFF_FFFF_FFFF_FFFC)) {
      try opening(acpiRootPointer(xsdt: 0xFFFF_FFFF_FFFF_FFFC))
    }
  }

  @Test func `a table with a wrong checksum is given, and judged as MCFG`() throws {
    var memory = Self.machine()
    memory.put([0x11], at: 0x1_2000_0003 + 20)
    let found = try #require(try ACPITables(in: memory).table(MCFG.signature))
    #expect(found.sum == 0x11)
    #expect(MCFG(found.bytes).findings == [.wrongChecksum(sum: 0x11)])
  }

  @Test func `a table longer than the limit is refused`() throws {
    let tables = try ACPITables(in: Self.machine(), limit: 60)
    #expect(try tables.table(MCFG.signature)?.bytes.count == 60)
    let short = try ACPITables(
      in: Self.machine(pointer: acpiRootPointer(revision: 0, rsdt: 0x7000_0000)), limit: 40)
    #expect(try short.table(0x5043_4146)?.bytes.count == 39)
    #expect(throws: ACPIError.tableLength(at: 0x7000_1000, 60, limit: 40)) {
      try ACPITables(in: Self.machine(), limit: 40)
    }
  }

  @Test func `damaged memory ends in tables or an error, never in a trap`() {
    var random = SeededGenerator(seed: 5)
    let places: [(start: UInt64, count: UInt64)] = [
      (0x40E, 2), (0xF_5A40, 36), (0x7000_0000, 40), (0x7000_1000, 60), (0x1_2000_0003, 60),
    ]
    let pristine = Self.machine()
    var opened = 0
    var refused = 0
    for _ in 0..<5_000 {
      var memory = pristine
      // Right checksums let what lies behind them be reached.
      if Bool.random(using: &random) {
        let addresses = (0..<Int.random(in: 0...4, using: &random)).flatMap { _ in
          little(
            [
              0x1_2000_0003, .max - .random(in: 0...70, using: &random),
              .random(in: 0...(.max), using: &random),
            ]
            .randomElement(using: &random) ?? 0, 8)
        }
        memory.put(acpiTable("XSDT", addresses), at: 0x7000_1000)
        memory.put(Self.mcfg, at: .max - 69)
        memory.put(little(.random(in: 30...70, using: &random), 4), at: .max - 65)
      }
      for _ in 0...UInt8.random(in: 0...2, using: &random) {
        let place = places.randomElement(using: &random) ?? places[0]
        let offset = UInt64.random(in: 0..<place.count, using: &random)
        memory.put([.random(in: 0...255, using: &random)], at: place.start + offset)
      }
      do {
        let found = try ACPIRootPointer(at: 0xF_5A40, in: memory)
        let tables = try ACPITables(found, in: memory)
        _ = MCFG(try tables.table(MCFG.signature)?.bytes ?? []).findings
        opened += 1
      } catch {
        refused += error.description.isEmpty ? 0 : 1
      }
    }
    #expect(opened + refused == 5_000)
    #expect(opened > 0 && refused > 0)
  }
}
