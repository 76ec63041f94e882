import PCIConfig
import Testing

struct CapabilityDecodingTests {
  @Test func `power management`() throws {
    let value = try #require(
      PowerManagement(image([0x40: 0xC803_0001, 0x44: 0x0000_010B]), at: 0x40))
    #expect(value.version == 3)
    #expect(value.state == 3)
    #expect(value.auxiliaryCurrent == 0)
    #expect(value.capabilities == 0xC803)
    #expect(value.control == 0x010B)
  }

  @Test(
    arguments: [
      (0x0005, [0xFEE0_0000, 0x4021], 0xFEE0_0000, 0x4021, nil, nil, 10),
      (0x0085, [0xFEE0_0000, 1, 0x4021], 0x1_FEE0_0000, 0x4021, nil, nil, 14),
      (0x0105, [0xFEE0_0000, 0x4021, 3, 5], 0xFEE0_0000, 0x4021, 3, 5, 20),
      (0x0185, [0xFEE0_0000, 1, 0x4021, 3, 5], 0x1_FEE0_0000, 0x4021, 3, 5, 24),
    ] as [(UInt32, [UInt32], UInt64, UInt16, UInt32?, UInt32?, Int)])
  func `message signalled interrupts in their four layouts`(
    control: UInt32, words: [UInt32], address: UInt64, data: UInt16, mask: UInt32?,
    pending: UInt32?, byteCount: Int
  ) throws {
    var registers: [Int: UInt32] = [0x50: control << 16 | 5]
    for (index, word) in words.enumerated() { registers[0x54 + index * 4] = word }
    let value = try #require(MSI(image(registers), at: 0x50))
    #expect(value.address == address)
    #expect(value.data == data)
    #expect(value.mask == mask)
    #expect(value.pending == pending)
    #expect(value.byteCount == byteCount)
    #expect(value.isEnabled)
    #expect(value.capableCount == 4)
    #expect(value.enabledCount == 1)
  }

  @Test func `message signalled interrupts with a table`() throws {
    let value = try #require(
      MSIX(image([0x60: 0xC007_0011, 0x64: 0x0000_8004, 0x68: 0x0004_8002]), at: 0x60))
    #expect(value.isEnabled)
    #expect(value.isMasked)
    #expect(value.count == 8)
    #expect([value.table.bar, value.pendingBits.bar] == [4, 2])
    #expect([value.table.offset, value.pendingBits.offset] == [0x8000, 0x4_8000])
  }

  @Test(
    arguments: [
      (0x0002, .endpoint, true, false, false, 0x3C), (0x0101, .endpoint, true, false, false, 0x14),
      (0x0142, .rootPort, true, true, true, 0x3C), (0x0041, .rootPort, true, false, true, 0x24),
      (0x0161, .downstreamPort, true, true, false, 0x1C),
      (0x0151, .upstreamPort, true, false, false, 0x14),
      (0x0091, .integratedEndpoint, false, false, false, 0x0C),
      (0x00A1, .eventCollector, false, false, true, 0x24),
      (0x00B1, .undefined(11), true, false, false, 0x14),
    ] as [(UInt32, ExpressCapability.Kind, Bool, Bool, Bool, Int)])
  func `a PCI Express capability has the registers of its kind of function`(
    flags: UInt32, kind: ExpressCapability.Kind, hasLink: Bool, hasSlot: Bool, isRoot: Bool,
    byteCount: Int
  ) throws {
    let value = try #require(
      ExpressCapability(
        image([
          0x40: flags << 16 | 0x10, 0x44: 1, 0x48: 0x0003_0002, 0x4C: 4, 0x50: 0x0006_0005,
          0x54: 7, 0x58: 0x0009_0008, 0x5C: 0x000B_000A, 0x60: 12,
        ]), at: 0x40))
    #expect(value.kind == kind)
    #expect(value.byteCount == byteCount)
    func words(_ registers: ExpressCapability.Registers?) -> [UInt32]? {
      registers.map { [$0.capabilities, UInt32($0.control), UInt32($0.status)] }
    }
    #expect(words(value.device) == [1, 2, 3])
    #expect(words(value.link) == (hasLink ? [4, 5, 6] : nil))
    #expect(words(value.slot) == (hasSlot ? [7, 8, 9] : nil))
    #expect(
      value.root.map { [UInt32($0.control), UInt32($0.capabilities), $0.status] }
        == (isRoot ? [10, 11, 12] : nil))
  }

  @Test(
    arguments: [
      (0x0002, [[1, 2, 3], [4, 5, 6]]), (0x0092, [[1, 2, 3], nil]), (0x0001, nil),
    ] as [(UInt32, [[UInt32]?]?)])
  func `version 2 of a PCI Express capability has more registers`(
    flags: UInt32, wanted: [[UInt32]?]?
  ) throws {
    let registers = image([
      0x40: flags << 16 | 0x10, 0x64: 1, 0x68: 0x0003_0002, 0x6C: 4, 0x70: 0x0006_0005,
    ])
    let value = try #require(ExpressCapability(registers, at: 0x40))
    let second = ExpressCapability.Version2(registers, at: 0x40, of: value)
    func words(_ registers: ExpressCapability.Registers?) -> [UInt32]? {
      registers.map { [$0.capabilities, UInt32($0.control), UInt32($0.status)] }
    }
    #expect(second.map { [words($0.device), words($0.link)] } == wanted)
    let short = ConfigurationImage(Array(registers.bytes.prefix(0x6B)))
    #expect(ExpressCapability.Version2(short, at: 0x40, of: value) == nil)
  }

  @Test(
    arguments: [
      (0x0000, .primary, 28), (0x2101, .secondary, nil), (0x4000, .switching, nil),
      (0x8000, .interruptDiscovery, 8), (0x8860, .revisionID, 4), (0x9000, .unitIDClumping, 12),
      (0x9800, .extendedConfigurationAccess, 12), (0xA000, .addressMapping, nil),
      (0xA801, .msiMapping, 12), (0xA803, .msiMapping, 4), (0xB000, .directRoute, nil),
      (0xB800, .virtualChannelSet, nil), (0xC000, .retryMode, nil), (0xD000, .other(0x1A), nil),
    ] as [(UInt16, HyperTransportCapability.Kind, Int?)])
  func `the kinds of HyperTransport`(
    command: UInt16, kind: HyperTransportCapability.Kind, byteCount: Int?
  ) throws {
    let value = try #require(
      HyperTransportCapability(
        Capability(register: 0x40, id: .hyperTransport, header: command)))
    #expect(value.kind == kind)
    #expect(value.byteCount == byteCount)
    let other = Capability(register: 0x40, id: .vendorSpecific, header: command)
    #expect(HyperTransportCapability(other) == nil)
  }

  @Test func `where a debug port and a SATA controller's registers are`() throws {
    let port = try #require(DebugPort(Capability(register: 0x40, id: .debugPort, header: 0x20A0)))
    #expect(port.bar == 1)
    #expect(port.offset == 0xA0)
    for (value, location) in [
      (UInt32(0x48), SATACapability.Location.bar(4, offset: 4)),
      (0xFFFF_FFF4, .bar(0, offset: 0xF_FFFF)), (0x0F, .configurationSpace), (3, .undefined(3)),
    ] {
      let sata = try #require(SATACapability(image([0x40: 0x0012_0012, 0x44: value]), at: 0x40))
      #expect([sata.majorRevision, sata.minorRevision] == [1, 2])
      #expect(sata.location == location)
    }
  }

  @Test(arguments: [false, true])
  func `advanced error reporting`(isRoot: Bool) throws {
    var registers: [Int: UInt32] = [:]
    for index in 0..<14 { registers[0x100 + index * 4] = UInt32(index) }
    let value = try #require(
      AdvancedErrorReporting(image(registers, count: 4096), at: 0x100, isRoot: isRoot))
    #expect(
      [
        value.uncorrectableStatus, value.uncorrectableMask, value.uncorrectableSeverity,
        value.correctableStatus, value.correctableMask, value.control,
      ] + value.headerLog == Array(1...10))
    #expect(
      value.root.map { [$0.command, $0.status, $0.source] } == (isRoot ? [11, 12, 13] : nil))
  }

  @Test(
    arguments: [
      (0x0110, .common, 0x1000, 0x38), (0x0214, .notify(multiplier: 4), 0x1000, 0x38),
      (0x0310, .interruptStatus, 0x1000, 0x38), (0x0410, .device, 0x1000, 0x38),
      (0x0514, .configurationAccess, 0x1000, 0x38),
      (0x0818, .sharedMemory, 0x4_0000_1000, 0x5_0000_0038), (0x0910, .vendor, 0x1000, 0x38),
      (0x7710, .undefined(0x77), 0x1000, 0x38),
    ] as [(UInt32, VirtioCapability.Structure, UInt64, UInt64)])
  func `the structures of virtio`(
    header: UInt32, structure: VirtioCapability.Structure, offset: UInt64, size: UInt64
  ) throws {
    let value = try #require(
      VirtioCapability(
        image([
          0x40: header << 16 | 9, 0x44: 0x0000_0702, 0x48: 0x1000, 0x4C: 0x38, 0x50: 4, 0x54: 5,
        ]), at: 0x40))
    #expect(value.structure == structure)
    #expect(value.byteCount == UInt8(header & 0xFF))
    #expect(value.bar == 2)
    #expect(value.identifier == 7)
    #expect(value.offset == offset)
    #expect(value.size == size)
  }

  @Test func `a vendor's extended capabilities have their length in a register`() throws {
    let registers = image(
      [0x100: 0x2001_000B, 0x104: 0x0182_1556, 0x200: 0x0001_0023, 0x204: 0x0381_1E98, 0x208: 7],
      count: 4096)
    let list = ExtendedCapabilityList(registers).capabilities
    let values = list.compactMap { VendorCapability(registers, $0) }
    #expect(values.map(\.vendorID) == [nil, 0x1E98])
    #expect(values.map(\.id) == [0x1556, 7])
    #expect(values.map(\.revision) == [2, 1])
    #expect(values.map(\.byteCount) == [0x18, 0x38])
    let other = ExtendedCapability(register: 0x100, id: .advancedErrorReporting, version: 1)
    #expect(VendorCapability(registers, other) == nil)
  }

  @Test func `a capability that the image cuts off is none`() {
    let registers = image([0x40: 0x0142_0010], count: 0x40 + 0x24)
    #expect(ExpressCapability(registers, at: 0x40) != nil)
    for count in stride(from: 0, to: 0x40 + 8, by: 1) {
      let short = ConfigurationImage(Array(registers.bytes.prefix(count)))
      #expect(PowerManagement(short, at: 0x40) == nil)
      #expect(MSI(short, at: 0x40) == nil)
      #expect(MSIX(short, at: 0x40) == nil)
      #expect(ExpressCapability(short, at: 0x40) == nil)
      #expect(VirtioCapability(short, at: 0x40) == nil)
      #expect(AdvancedErrorReporting(short, at: 0x40, isRoot: false) == nil)
    }
    let whole = ConfigurationImage([UInt8](repeating: 0xFF, count: 4096))
    #expect(AdvancedErrorReporting(whole, at: 0xFFC, isRoot: true) == nil)
    #expect(VirtioCapability(whole, at: 0xFFC) == nil)
  }
}
