import PCIConfig
import TestSupport
import Testing

struct CapabilityListTests {
  /// The list of a function with these doublewords, whose first pointer is at 0x34.
  private func list(
    _ doublewords: [Int: UInt32], status: UInt32 = 0x10, type: UInt32 = 0, count: Int = 256
  ) throws -> CapabilityList {
    let registers = image(
      [0: 0x1111_8086, 4: status << 16, 0xC: type << 16].merging(doublewords) { $1 }, count: count)
    return CapabilityList(registers, try Header(registers))
  }

  @Test func `capabilities come in the order of the list`() throws {
    let list = try list([0x34: 0xC8, 0xC8: 0x0002_D001, 0xD0: 0x0080_4005, 0x40: 0x0012_0010])
    #expect(
      list.capabilities == [
        Capability(register: 0xC8, id: .powerManagement, header: 2),
        Capability(register: 0xD0, id: .msi, header: 0x80),
        Capability(register: 0x40, id: .express, header: 0x12),
      ])
    #expect(list.end == .endOfList)
  }

  @Test func `without bit 4 of status there is no list`() throws {
    let list = try list([0x34: 0x40, 0x40: 1], status: 0xFFEF)
    #expect(list.capabilities == [])
    #expect(list.end == .noList)
  }

  @Test func `CardBus bridges point from 0x14, undefined layouts from nowhere`() throws {
    let registers: [Int: UInt32] = [0x14: 0x80, 0x34: 0x40, 0x80: 1, 0x40: 5]
    #expect(try list(registers, type: 2).capabilities.map(\.register) == [0x80])
    #expect(try list(registers, type: 1).capabilities.map(\.register) == [0x40])
    #expect(try list(registers, type: 9).end == .noList)
  }

  @Test func `the low two bits of pointers do not count`() throws {
    let list = try list([0x34: 0x43, 0x40: 0x0000_5201, 0x50: 0x0000_0305])
    #expect(list.capabilities.map(\.register) == [0x40, 0x50])
    #expect(list.end == .endOfList)
  }

  @Test(
    arguments: [
      // A self-loop, a loop over two, a loop back to the second.
      ([0x34: 0x40, 0x40: 0x4001], 1, CapabilityListEnd.loop(0x40)),
      ([0x34: 0x40, 0x40: 0x4401, 0x44: 0x4005], 2, .loop(0x40)),
      ([0x34: 0x40, 0x40: 0x5001, 0x50: 0x6005, 0x60: 0x5011], 3, .loop(0x50)),
      // Pointers into the header.
      ([0x34: 0x04], 0, .outOfRange(4)), ([0x34: 0x40, 0x40: 0x3C01], 1, .outOfRange(0x3C)),
      // All ones where the list leads.
      ([0x34: 0x40, 0x40: 0xFFFF_FFFF], 0, .allOnes(0x40)),
      ([0x34: 0x40, 0x40: 0x8005, 0x80: 0x12FF], 1, .allOnes(0x80)),
      ([0x34: 0xFF, 0xFC: 0xFFFF_FFFF], 0, .allOnes(0xFC)),
      // An empty list.
      ([0x34: 0], 0, .endOfList), ([0x34: 3], 0, .endOfList),
    ] as [([Int: UInt32], Int, CapabilityListEnd)])
  func `broken lists end with their reason`(
    doublewords: [Int: UInt32], count: Int, end: CapabilityListEnd
  ) throws {
    let list = try list(doublewords)
    #expect(list.capabilities.count == count)
    #expect(list.end == end)
  }

  @Test func `an image that ends before the list does says so`() throws {
    let list = try list([0x34: 0x40], count: 64)
    #expect(list.capabilities == [])
    #expect(list.end == .unreachable(0x40))
  }

  @Test func `each end says why in a line of its own`() {
    let ends: [CapabilityListEnd] = [
      .noList, .endOfList, .loop(0x40), .outOfRange(4), .allOnes(0x80), .unreachable(0x100),
    ]
    #expect(
      ends.map { "\($0)" } == [
        "the function has no such list", "the last capability",
        "a loop: the pointer leads back to 0x40",
        "the pointer leads to 0x04, where no capability can be", "0x80 reads as all ones",
        "0x100 cannot be read",
      ])
  }

  @Test func `the longest list has 48 capabilities`() throws {
    var doublewords: [Int: UInt32] = [0x34: 0x40]
    for offset in stride(from: 0x40, to: 0x100, by: 4) {
      doublewords[offset] = UInt32(offset + 4) << 8 & 0xFF00 | 9
    }
    let whole = try list(doublewords)
    #expect(whole.capabilities.count == 48)
    #expect(whole.end == .endOfList)
    doublewords[0xFC] = 0x4009
    let circle = try list(doublewords)
    #expect(circle.capabilities.count == 48)
    #expect(circle.end == .loop(0x40))
  }
}

struct ExtendedCapabilityListTests {
  private func list(_ doublewords: [Int: UInt32], count: Int = 4096) -> ExtendedCapabilityList {
    ExtendedCapabilityList(image(doublewords, count: count))
  }

  @Test func `capabilities come in the order of the list, with their versions`() {
    let list = list([0x100: 0x1502_0001, 0x150: 0xFFF1_000D, 0xFFC: 0x000F_0023])
    #expect(
      list.capabilities == [
        ExtendedCapability(register: 0x100, id: .advancedErrorReporting, version: 2),
        ExtendedCapability(register: 0x150, id: .accessControlServices, version: 1),
        ExtendedCapability(register: 0xFFC, id: .designatedVendorSpecific, version: 15),
      ])
    #expect(list.end == .endOfList)
  }

  @Test(
    arguments: [
      ([0x100: 0], 0, CapabilityListEnd.noList), ([0x100: .max], 0, .allOnes(0x100)),
      ([0x100: 0x1001_0001], 1, .loop(0x100)),
      ([0x100: 0x2001_0001, 0x200: 0x3001_0002, 0x300: 0x2001_0003], 3, .loop(0x200)),
      ([0x100: 0x0FC1_0001], 1, .outOfRange(0xFC)), ([0x100: 0x0041_0001], 1, .outOfRange(4)),
      ([0x100: 0x2001_0001, 0x200: .max], 1, .allOnes(0x200)),
      ([0x100: 0x2001_0001], 1, .endOfList), ([0x100: 0x0031_0001], 1, .endOfList),
    ] as [([Int: UInt32], Int, CapabilityListEnd)])
  func `broken and empty lists end with their reason`(
    doublewords: [Int: UInt32], count: Int, end: CapabilityListEnd
  ) {
    let list = list(doublewords)
    #expect(list.capabilities.count == count)
    #expect(list.end == end)
  }

  @Test func `an image of 256 bytes has no extended registers`() {
    #expect(list([:], count: 256).end == .unreachable(0x100))
    #expect(list([0x100: 0x2001_0001], count: 512).end == .unreachable(0x200))
  }

  @Test func `the longest list has 960 capabilities`() {
    var doublewords: [Int: UInt32] = [:]
    for offset in stride(from: 0x100, to: 0x1000, by: 4) {
      doublewords[offset] = UInt32(offset + 4 & 0xFFF) << 20 | 0x1_0001
    }
    #expect(list(doublewords).capabilities.count == 960)
    #expect(list(doublewords).end == .endOfList)
    doublewords[0xFFC] = 0x1001_0001
    #expect(list(doublewords).capabilities.count == 960)
    #expect(list(doublewords).end == .loop(0x100))
  }

  @Test func `random registers keep the bound`() {
    var generator = SeededGenerator(seed: 2)
    var bytes = [UInt8](repeating: 0, count: 4096)
    var longest = 0
    for _ in 0..<2_000 {
      for index in 0x100..<4096 { bytes[index] = UInt8(truncatingIfNeeded: generator.next()) }
      longest = max(
        longest, ExtendedCapabilityList(ConfigurationImage(bytes)).capabilities.count)
    }
    #expect(1...960 ~= longest)
  }
}
