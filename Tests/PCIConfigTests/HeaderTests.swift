import PCIConfig
import TestSupport
import Testing

struct HeaderTests {
  @Test func `a header of type 0 is taken apart`() throws {
    let header = try Header(
      image([
        0x00: 0x10D3_8086, 0x04: 0x0010_0507, 0x08: 0x0200_0003, 0x0C: 0x0080_0010,
        0x10: 0xFEBC_0000, 0x18: 0x0000_C001, 0x1C: 0xE000_000C, 0x20: 0x0000_0012,
        0x2C: 0x0001_1AF4, 0x30: 0xFEB8_0001, 0x34: 0xC8, 0x3C: 0x0000_010B,
      ]))
    #expect(header.vendorID == 0x8086)
    #expect(header.deviceID == 0x10D3)
    #expect(header.command == 0x0507)
    #expect(header.status == 0x0010)
    #expect(header.hasCapabilities)
    #expect(header.revisionID == 3)
    #expect(header.classCode == ClassCode(base: 2, sub: 0, interface: 0))
    #expect(header.layout == .device)
    #expect(header.isMultiFunction)
    #expect(header.subsystem == Header.Subsystem(vendorID: 0x1AF4, id: 1))
    #expect(header.bridge == nil)
    #expect(header.interruptLine == 11)
    #expect(header.interruptPin == 1)
    #expect(
      header.baseAddresses.map { "\($0.register) \($0.kind) \(hexadecimal($0.address, digits: 1))" }
        == [
          "0x10 memory32(isPrefetchable: false) febc0000", "0x18 io c000",
          "0x1c memory64(isPrefetchable: true) 12e0000000",
        ])
    #expect(header.expansionROM?.kind == .expansionROM(isEnabled: true))
    #expect(header.expansionROM?.address == 0xFEB8_0000)
  }

  @Test func `a bridge has buses and windows`() throws {
    let header = try Header(
      image([
        0x00: 0x0001_1B36, 0x08: 0x0604_0000, 0x0C: 0x0001_0000, 0x10: 0xFEA0_0004, 0x14: 0x80,
        0x18: 0x0005_0201, 0x1C: 0x0000_D1C1, 0x20: 0xFE90_FE80, 0x24: 0xFFF1_0001, 0x28: 8,
        0x2C: 9, 0x30: 0x0002_0001, 0x38: 0xFEA1_0000, 0x3C: 0x0003_01FF,
      ]))
    let bridge = try #require(header.bridge)
    #expect(header.layout == .bridge)
    #expect(header.subsystem == nil)
    #expect(bridge.primaryBus == 1)
    #expect(bridge.secondaryBus == 2)
    #expect(bridge.subordinateBus == 5)
    #expect(bridge.ports == BridgeWindow(base: 0x1_C000, limit: 0x2_DFFF, addressBits: 32))
    #expect(bridge.memory == BridgeWindow(base: 0xFE80_0000, limit: 0xFE9F_FFFF, addressBits: 32))
    #expect(
      bridge.prefetchable
        == BridgeWindow(base: 0x8_0000_0000, limit: 0x9_FFFF_FFFF, addressBits: 64))
    #expect(bridge.control == 3)
    #expect(header.baseAddresses.map(\.address) == [0x80_FEA0_0000])
    #expect(header.expansionROM?.register == 0x38)
    #expect(header.expansionROM?.kind == .expansionROM(isEnabled: false))
  }

  @Test func `narrow windows ignore the upper registers, and closed ones have no addresses`() throws
  {
    let header = try Header(
      image([
        0x00: 0x0001_1B36, 0x0C: 0x0001_0000, 0x1C: 0x0000_00F0, 0x20: 0x0000_FFF0,
        0x24: 0x1000_1000, 0x28: 8, 0x2C: 9, 0x30: 0x0002_0001,
      ]))
    let bridge = try #require(header.bridge)
    #expect(bridge.ports == BridgeWindow(base: 0xF000, limit: 0xFFF, addressBits: 16))
    #expect(bridge.ports.addresses == nil)
    #expect(bridge.memory.addresses == nil)
    #expect(bridge.prefetchable.addresses == 0x1000_0000...0x100F_FFFF)
    #expect(bridge.prefetchable.addressBits == 32)
  }

  @Test(
    arguments: [
      (0x0000_00F1, 0x0000_FFF0, 0x0000_FFF0, (0xF1, 0x00), nil, nil),
      (0x0000_1222, 0x0001_0001, 0x0002_0002, (0x22, 0x12), (1, 1), (2, 2)),
      (0x0000_0101, 0xF5F1_F011, 0xF6F0_0001, nil, (0xF011, 0xF5F1), (1, 0xF6F0)),
    ] as [(UInt32, UInt32, UInt32, (UInt16, UInt16)?, (UInt16, UInt16)?, (UInt16, UInt16)?)])
  func `windows whose registers name no type are told, and have no addresses`(
    io: UInt32, near: UInt32, far: UInt32, ports: (UInt16, UInt16)?, memory: (UInt16, UInt16)?,
    prefetchable: (UInt16, UInt16)?
  ) throws {
    let header = try Header(
      image([0: 0x0001_1B36, 0x0C: 0x0001_0000, 0x1C: io, 0x20: near, 0x24: far, 0x28: 1]))
    let bridge = try #require(header.bridge)
    for (window, wanted) in [
      (bridge.ports, ports), (bridge.memory, memory), (bridge.prefetchable, prefetchable),
    ] {
      #expect(
        window.undefinedTypes
          == wanted.map { BridgeWindow.UndefinedTypes(base: $0.0, limit: $0.1) })
      #expect(wanted == nil || window.addresses == nil && window.addressBits < 64)
    }
  }

  @Test(
    arguments: [
      (0x00, 0x0604, false), (0x00, 0x0600, true), (0x00, 0x0607, true), (0x00, 0x0200, true),
      (0x01, 0x0604, true), (0x01, 0x0200, false), (0x02, 0x0607, true), (0x82, 0x0200, false),
      (0x03, 0x0604, true),
    ] as [(UInt32, UInt32, Bool)])
  func `bridges have a bridge's layout, and only they`(
    type: UInt32, code: UInt32, fits: Bool
  ) throws {
    let header = try Header(image([0: 0x0001_1B36, 8: code << 16, 0x0C: type << 16]))
    #expect(header.classFitsLayout == fits)
  }

  @Test func `a base address of all ones is none`() throws {
    let header = try Header(
      image([0: 0x0001_1B36, 0x10: .max, 0x14: 0xC001, 0x20: 0xFEBC_0004, 0x24: .max]))
    #expect(header.baseAddresses.map(\.address) == [0xC000, 0xFFFF_FFFF_FEBC_0000])
  }

  @Test func `a CardBus bridge has one base address, buses and four windows`() throws {
    let registers = image([
      0: 0x8476_1117, 0x0C: 0x0002_0000, 0x10: 0xFEBF_F000, 0x14: 0x4200_00DC,
      0x18: 0xB005_0201, 0x1C: 0xF400_0000, 0x20: 0xF5FF_F000, 0x24: 0xF600_0000,
      0x28: 0xF500_0000, 0x2C: 0x0001_4001, 0x30: 0x0001_40FC, 0x34: 0x0001_4400,
      0x38: 0x0001_44FC, 0x3C: 0x05C0_010B,
    ])
    let header = try Header(registers)
    #expect(header.layout == .cardBus)
    #expect(
      header.baseAddresses == [BaseAddressValue(0xFEBF_F000, upper: nil, register: 0x10)])
    let bridge = try CardBusHeader(registers)
    #expect([bridge.primaryBus, bridge.secondaryBus, bridge.subordinateBus] == [1, 2, 5])
    #expect(bridge.secondaryLatency == 0xB0)
    #expect(bridge.secondaryStatus == 0x4200)
    #expect(
      bridge.memory == [
        BridgeWindow(base: 0xF400_0000, limit: 0xF5FF_FFFF, addressBits: 32),
        BridgeWindow(base: 0xF600_0000, limit: 0xF500_0FFF, addressBits: 32),
      ])
    #expect(bridge.memory[1].addresses == nil)
    #expect(
      bridge.ports == [
        BridgeWindow(base: 0x1_4000, limit: 0x1_40FF, addressBits: 32),
        BridgeWindow(base: 0x4400, limit: 0x44FF, addressBits: 16),
      ])
    #expect(bridge.control == 0x05C0)
    #expect(throws: HeaderError.unreachable(0x3C)) {
      try CardBusHeader(image([:], count: 0x3C))
    }
  }

  @Test func `undefined layouts are named and no more`() throws {
    let registers: [Int: UInt32] = [0: 0xAC1C_104C, 0x10: 0xFEBC_0001, 0x2C: 0x1234_5678]
    for (type, layout) in [
      (UInt32(0x03), HeaderLayout.undefined(3)), (0xFF, .undefined(0x7F)),
    ] {
      let header = try Header(image(registers.merging([0x0C: type << 16]) { $1 }))
      #expect(header.layout == layout)
      #expect(header.isMultiFunction == (type == 0xFF))
      #expect(header.baseAddresses == [])
      #expect(header.expansionROM == nil)
      #expect(header.subsystem == nil)
      #expect(header.bridge == nil)
    }
  }

  @Test(
    arguments: [
      (ConfigurationImage([UInt8](repeating: 0xFF, count: 64)), HeaderError.absent),
      (image([0: 0x1234_FFFF]), .absent), (image([0: 0xFFFF_0001]), .notReady),
      (image([0: .max, 4: .max, 8: .max]), .absent),
      (ConfigurationImage([255, 255, 255, 255]), .absent),
      (image([0: 0x1111_8086, 4: .max, 8: .max]), .allOnes),
      (ConfigurationImage([]), .unreachable(0)), (ConfigurationImage([1, 2, 3]), .unreachable(0)),
      (image([0: 0x1111_8086], count: 63), .unreachable(0x3C)),
      (image([0: 0x1111_8086], count: 15), .unreachable(0x0C)),
    ])
  func `what is no header says so`(registers: ConfigurationImage, error: HeaderError) {
    #expect(throws: error) { try Header(registers) }
    #expect(!error.description.isEmpty)
  }

  @Test func `a virtual function has a header without its IDs`() throws {
    let header = try Header(image([0: .max, 4: 0x0010_0004, 8: 0x0200_0001]))
    #expect([header.vendorID, header.deviceID, header.command] == [0xFFFF, 0xFFFF, 4])
    #expect(header.classCode == ClassCode(base: 2, sub: 0, interface: 0))
  }

  @Test func `a function is decoded alike from an image and through a mechanism`() throws {
    let bytes = image(
      [
        0x00: 0x10D3_8086, 0x04: 0x0010_0000, 0x10: 0xFEBC_0000, 0x34: 0x40, 0x40: 0x0002_5010,
        0x50: 0x0000_0005, 0x100: 0x0001_0001,
      ], count: 4096)
    let space = OneFunction(registers: bytes, reach: 4096)
    let live = LiveRegisters(of: .hostBridge, through: space)
    let header = try Header(live)
    #expect(try header == Header(bytes))
    #expect(CapabilityList(live, header) == CapabilityList(bytes, header))
    #expect(ExtendedCapabilityList(live) == ExtendedCapabilityList(bytes))
    #expect(ExtendedCapabilityList(live).capabilities.count == 1)
    let near = LiveRegisters(of: .hostBridge, through: OneFunction(registers: bytes, reach: 256))
    #expect(ExtendedCapabilityList(near).end == .unreachable(0x100))
    #expect(throws: HeaderError.absent) {
      try Header(LiveRegisters(of: FunctionAddress(routingID: 8), through: space))
    }
  }

  @Test func `a function is decoded with the identification that is put in place`() throws {
    let bytes = image([0x00: 0xFFFF_FFFF, 0x08: 0x0200_0000, 0x2C: 0x0001_1AF4], count: 64)
    let registers = IdentifiedRegisters(bytes, identification: 0x10ED_8086)
    let header = try Header(registers)
    #expect([header.vendorID, header.deviceID] == [0x8086, 0x10ED])
    #expect(
      [0x00, 0x08, 0x40].map { registers.doubleword(at: $0) } == [0x10ED_8086, 0x0200_0000, nil])
  }

  @Test func `random images never trap, and lists keep their bounds`() {
    var generator = SeededGenerator(seed: 1)
    var kinds: Set<HeaderLayout> = []
    var ends: Set<String> = []
    for round in 0..<100_000 {
      let count = [0, 15, 63, 64, 256, 512][round % 6]
      var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 17) }
      if round % 3 != 0, count >= 64 {
        bytes[6] |= 0x10
        bytes[0xE] &= 0x81
      }
      let registers = ConfigurationImage(bytes)
      let extended = ExtendedCapabilityList(registers)
      #expect(extended.capabilities.count <= 960)
      guard let header = try? Header(registers) else { continue }
      kinds.insert(header.layout)
      let list = CapabilityList(registers, header)
      #expect(list.capabilities.count <= 48)
      ends.insert(name(of: list.end))
    }
    #expect(kinds.isSuperset(of: [.device, .bridge, .cardBus]))
    #expect(
      ends == ["noList", "endOfList", "loop", "outOfRange", "allOnes", "unreachable"])
  }
}

/// The end without where it is.
private func name(of end: CapabilityListEnd) -> String {
  switch end {
  case .noList: "noList"
  case .endOfList: "endOfList"
  case .loop: "loop"
  case .outOfRange: "outOfRange"
  case .allOnes: "allOnes"
  case .unreachable: "unreachable"
  }
}

/// A configuration space with one function at 00:00.0.
private struct OneFunction: ConfigurationSpace {
  typealias Failure = ReachError

  let registers: ConfigurationImage
  let reach: UInt16

  func read(_ access: ConfigurationAccess) throws(ReachError) -> UInt32 {
    guard access.register.offset < reach else { throw .register(access.register) }
    guard access.function == .hostBridge, access.width == .doubleword else { return .max }
    return registers.doubleword(at: access.register.offset) ?? .max
  }

  func write(_ access: ConfigurationAccess, _ value: UInt32) {}
}
