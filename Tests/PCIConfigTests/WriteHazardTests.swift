import PCIConfig
import Testing

struct WriteHazardTests {
  /// A function's first registers: a vendor, a class, and a header type.
  private func header(_ type: UInt32, class code: UInt32) -> [Int: UInt32] {
    [0: 0x1041_1AF4, 4: 0x0010_0000, 8: code << 8, 0xC: type << 16, 0x34: 0x40]
  }

  /// What a write of each byte may stop, as runs of equal bytes.
  private func hazards(
    _ registers: [Int: UInt32], in bytes: Range<UInt16> = 0..<256
  ) throws -> [UInt16: WriteHazard?] {
    let image = image(registers, count: bytes.upperBound > 256 ? 4096 : 256)
    var runs: [UInt16: WriteHazard?] = [:]
    var last: WriteHazard??
    for offset in bytes {
      let hazard = try WriteHazard(writing: 0xFF, to: try Register(offset), of: image)
      if last != .some(hazard) { runs[offset] = .some(hazard) }
      last = .some(hazard)
    }
    return runs
  }

  @Test func `of a device command, BIST, base addresses and expansion ROM`() throws {
    #expect(
      try hazards(header(0, class: 0x02_0000)) == [
        0: nil, 4: .command, 6: nil, 0xF: .builtInSelfTest, 0x10: .baseAddress, 0x28: nil,
        0x30: .expansionROM, 0x34: nil,
      ])
  }

  @Test func `of a bridge its bus numbers, windows and control too`() throws {
    #expect(
      try hazards(header(1, class: 0x06_0400)) == [
        0: nil, 4: .command, 6: nil, 0xF: .builtInSelfTest, 0x10: .baseAddress, 0x18: .busNumbers,
        0x1B: nil, 0x1C: .bridgeWindow, 0x1E: nil, 0x20: .bridgeWindow, 0x34: nil,
        0x38: .expansionROM, 0x3C: nil, 0x3E: .bridgeControl, 0x40: nil,
      ])
    #expect(
      try hazards(header(2, class: 0x06_0700)) == [
        0: nil, 4: .command, 6: nil, 0xF: .builtInSelfTest, 0x10: .baseAddress, 0x14: nil,
        0x18: .busNumbers, 0x1B: nil, 0x1C: .bridgeWindow, 0x3C: nil, 0x3E: .bridgeControl,
        0x40: nil, 0x44: .baseAddress, 0x48: nil,
      ])
  }

  @Test(
    arguments: [
      (0x06_0000, .hostBridge), (0x06_0100, .isaBridge), (0x06_8000, .isaBridge),
      (0x06_0400, nil), (0x0C_0500, nil),
    ] as [(UInt32, WriteHazard?)])
  func `of a bridge of the machine everything behind the header, PCIEXBAR and PMBASE with it`(
    code: UInt32, hazard: WriteHazard?
  ) throws {
    #expect(try hazards(header(0, class: code), in: 0x40..<0x100) == [0x40: hazard])
    let image = image(header(0, class: code), count: 4096)
    #expect(try WriteHazard(writing: .max, to: PCIEXBAR.register, of: image) == hazard)
    #expect(try WriteHazard(writing: 1, to: 0xFFF, of: image) == hazard)
  }

  @Test func `of a header that nobody defines all of it`() throws {
    #expect(
      try hazards(header(5, class: 0x02_0000)) == [
        0: nil, 4: .command, 6: nil, 0xF: .builtInSelfTest, 0x10: .undefinedHeader, 0x40: nil,
      ])
  }

  @Test func `of a port's capabilities power state, interrupts, resets, link, slot and window`()
    throws
  {
    let capabilities: [Int: UInt32] = [
      0x40: 0x0000_5001, 0x50: 0x0180_7005, 0x70: 0x0000_8011, 0x80: 0x0142_C010,
      0xC0: 0x0514_E009, 0xE0: 0x0006_0013,
    ]
    let registers = header(0, class: 0x02_0000).merging(capabilities) { $1 }
    #expect(
      try hazards(registers, in: 0x40..<0x100) == [
        0x40: nil, 0x44: .powerState, 0x45: nil, 0x52: .interrupts, 0x53: nil, 0x54: .interrupts,
        0x64: nil, 0x73: .interrupts, 0x74: nil, 0x88: .payloadSize, 0x89: .functionReset,
        0x8A: nil, 0x90: .link, 0x91: nil, 0x99: .slot, 0x9A: nil, 0xA8: .forwarding, 0xA9: nil,
        0xB0: .link, 0xB2: nil, 0xC4: .window, 0xD4: nil, 0xE4: .functionReset, 0xE5: nil,
      ])
  }

  @Test func `of rarer capabilities links, slots, windows and base addresses`() throws {
    let capabilities: [Int: UInt32] = [
      0x40: 0x0000_6008, 0x60: 0xA800_7008, 0x70: 0x0000_800C, 0x80: 0x0000_900F,
      0x90: 0x0010_A012, 0x94: 0x0000_000F, 0xA0: 0x0001_C014, 0xA8: 0x8000_0002,
      0xC0: 0x0000_0015,
    ]
    let registers = header(1, class: 0x06_0400).merging(capabilities) { $1 }
    #expect(
      try hazards(registers, in: 0x40..<0x100) == [
        0x40: nil, 0x44: .link, 0x4C: nil, 0x62: .interrupts, 0x64: nil, 0x72: .slot, 0x78: nil,
        0x84: .baseAddress, 0x8C: nil, 0x98: .window, 0xA0: nil, 0xA8: .baseAddress, 0xB4: nil,
        0xC8: .bridgeWindow, 0xE4: nil,
      ])
  }

  @Test func `of extended capabilities virtual functions, sizes, routing and memory`() throws {
    let capabilities: [Int: UInt32] = [
      0x40: 0x0002_0010, 0x100: 0x1101_000D, 0x110: 0x1201_000F, 0x120: 0x1601_0010,
      0x160: 0x1801_0015, 0x168: 0x0000_0040, 0x180: 0x1A01_001D, 0x1A0: 0x1E01_0023,
      0x1A4: 0x0380_1E98, 0x1E0: 0x2201_0012, 0x220: 0x2301_001B, 0x230: 0x2401_0013,
      0x240: 0x2601_002C, 0x260: 0x2801_0024, 0x268: 0x0000_0020, 0x280: 0x0001_0023,
      0x284: 0x0380_8086,
    ]
    let registers = header(0, class: 0x02_0000).merging(capabilities) { $1 }
    #expect(
      try hazards(registers, in: 0x100..<0x300) == [
        0x100: nil, 0x106: .accessControl, 0x108: nil, 0x116: .addressTranslation, 0x118: nil,
        0x128: .virtualFunctions, 0x12A: nil, 0x130: .virtualFunctions, 0x132: nil,
        0x140: .virtualFunctions, 0x15C: nil, 0x169: .baseAddress, 0x16A: nil,
        0x171: .baseAddress, 0x172: nil, 0x186: .link, 0x187: nil, 0x1AC: .cxl, 0x1D8: nil,
        0x1E6: .multicast, 0x210: nil, 0x226: .addressTranslation, 0x228: nil,
        0x234: .addressTranslation, 0x235: nil, 0x246: .slot, 0x248: nil, 0x24C: .window,
        0x254: nil, 0x269: .virtualFunctions, 0x26A: nil,
      ])
    // Without the capability of PCI Express there is no list.
    let conventional = registers.merging([0x40: 0]) { $1 }
    #expect(try hazards(conventional, in: 0x100..<0x300) == [0x100: nil])
  }

  @Test func `one bit of a wider write is enough, and bits that stay do not count`() throws {
    let image = image(
      header(1, class: 0x06_0400).merging([0x40: 0x0002_0010]) { $1 })
    func hazard(_ bits: UInt32, _ register: Register) throws -> WriteHazard? {
      try WriteHazard(writing: bits, to: register, of: image)
    }
    #expect(try hazard(0xFFFF, 0x1C) == .bridgeWindow)
    #expect(try hazard(.max, 0x3C) == .bridgeControl)
    #expect(try hazard(.max, 0x04) == .command)
    #expect(try hazard(0xFFFF_0000, 0x04) == nil)
    #expect(try hazard(0xFFFF, 0x06) == nil)
    #expect(try hazard(0, 0x04) == nil)
    // Device Control: Max_Read_Request_Size, then Initiate Function Level Reset with it.
    #expect(try hazard(0x7000, 0x48) == nil)
    #expect(try hazard(0xF000, 0x48) == .functionReset)
    #expect(try hazard(0xF0, 0x49) == .functionReset)
  }

  @Test func `without a header nothing is known`() {
    #expect(throws: HeaderError.unreachable(Register.revisionID)) {
      try WriteHazard(writing: 1, to: 0x40, of: ConfigurationImage([]))
    }
  }
}
