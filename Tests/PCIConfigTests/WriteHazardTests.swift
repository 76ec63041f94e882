import PCIConfig
import Testing

struct WriteHazardTests {
  private let network = ClassCode(base: 2, sub: 0, interface: 0)

  /// What a write of each byte may stop, as runs of equal bytes.
  private func hazards(
    _ layout: HeaderLayout, _ classCode: ClassCode
  ) throws -> [UInt16: WriteHazard?] {
    var runs: [UInt16: WriteHazard?] = [:]
    var last: WriteHazard??
    for offset in UInt16(0)..<256 {
      let hazard = WriteHazard(try Register(offset), .byte, layout, classCode)
      if last != .some(hazard) { runs[offset] = .some(hazard) }
      last = .some(hazard)
    }
    return runs
  }

  @Test func `of a device command, base addresses and expansion ROM`() throws {
    #expect(
      try hazards(.device, network) == [
        0: nil, 4: .command, 6: nil, 0x10: .baseAddress, 0x28: nil, 0x30: .expansionROM, 0x34: nil,
      ])
  }

  @Test func `of a bridge its bus numbers, windows and control too`() throws {
    #expect(
      try hazards(.bridge, ClassCode(base: 6, sub: 4, interface: 0)) == [
        0: nil, 4: .command, 6: nil, 0x10: .baseAddress, 0x18: .busNumbers, 0x1B: nil,
        0x1C: .bridgeWindow, 0x1E: nil, 0x20: .bridgeWindow, 0x34: nil, 0x38: .expansionROM,
        0x3C: nil, 0x3E: .bridgeControl, 0x40: nil,
      ])
    #expect(
      try hazards(.cardBus, ClassCode(base: 6, sub: 7, interface: 0)) == [
        0: nil, 4: .command, 6: nil, 0x10: .baseAddress, 0x14: nil, 0x18: .busNumbers, 0x1B: nil,
        0x1C: .bridgeWindow, 0x3C: nil, 0x3E: .bridgeControl, 0x40: nil, 0x44: .baseAddress,
        0x48: nil,
      ])
  }

  @Test func `of a host bridge everything behind the header, PCIEXBAR with it`() throws {
    #expect(
      try hazards(.device, ClassCode(base: 6, sub: 0, interface: 0)) == [
        0: nil, 4: .command, 6: nil, 0x10: .baseAddress, 0x28: nil, 0x30: .expansionROM, 0x34: nil,
        0x40: .hostBridge,
      ])
    #expect(
      WriteHazard(
        PCIEXBAR.register, .doubleword, .device, ClassCode(base: 6, sub: 0, interface: 0))
        == .hostBridge)
  }

  @Test func `of a header that nobody defines all of it`() throws {
    #expect(
      try hazards(.undefined(5), network) == [
        0: nil, 4: .command, 6: nil, 0x10: .undefinedHeader, 0x40: nil,
      ])
  }

  @Test func `one byte of a wider write is enough`() throws {
    #expect(WriteHazard(0x1C, .word, .bridge, network) == .bridgeWindow)
    #expect(WriteHazard(0x3C, .doubleword, .bridge, network) == .bridgeControl)
    #expect(WriteHazard(0x04, .doubleword, .device, network) == .command)
    #expect(WriteHazard(0x06, .word, .device, network) == nil)
  }
}
