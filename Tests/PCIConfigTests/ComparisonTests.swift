import PCIConfig
import Testing

@Suite struct ComparisonTests {
  private typealias Failure = IdentityComparisonFailure<SimulatedSpace.Fault, SimulatedSpace.Fault>

  private let function = FunctionAddress(routingID: 0x18)
  private let device: [UInt16: UInt32] = [0x00: 0x10D3_8086, 0x08: 0x0200_0000]

  private func compare(
    _ first: [UInt16: UInt32]?, _ second: [UInt16: UInt32]?
  ) throws -> IdentityComparison {
    try IdentityComparison(
      of: function, through: SimulatedSpace(first.map { [function: $0] } ?? [:]),
      and: SimulatedSpace(second.map { [function: $0] } ?? [:]))
  }

  @Test func `only the identifying registers count`() throws {
    let other = device.merging([0x04: 7, 0x0C: 0x0080_0000]) { $1 }
    #expect(try compare(device, device) == .agrees)
    #expect(try compare(device, other) == .agrees)
  }

  @Test func `a difference has the register and both values`() throws {
    #expect(
      try compare(device, [0x00: 0x10D4_8086, 0x08: 0])
        == .differs(.vendorID, first: 0x10D3_8086, second: 0x10D4_8086))
    #expect(
      try compare(device, [0x00: 0x10D3_8086, 0x08: 0x0200_0001])
        == .differs(.revisionID, first: 0x0200_0000, second: 0x0200_0001))
    #expect(
      try compare(device, nil) == .differs(.vendorID, first: 0x10D3_8086, second: 0xFFFF_FFFF))
  }

  @Test func `a virtual function agrees by its class where both spaces hide its ID`() throws {
    let hidden: [UInt16: UInt32] = [0x00: 0xFFFF_FFFF, 0x08: 0x0200_0000]
    #expect(try compare(hidden, hidden) == .agrees)
    #expect(
      try compare(hidden, device) == .differs(.vendorID, first: 0xFFFF_FFFF, second: 0x10D3_8086))
    #expect(
      try compare(hidden, nil) == .differs(.revisionID, first: 0x0200_0000, second: 0xFFFF_FFFF))
  }

  @Test func `all ones are inconclusive, and the second space is not accessed`() throws {
    let second = SimulatedSpace([:])
    #expect(
      try IdentityComparison(of: function, through: SimulatedSpace([:]), and: second)
        == .inconclusive(.revisionID))
    #expect(second.trace == [])
  }

  @Test func `the first space is read before the second`() throws {
    let (first, second) = (SimulatedSpace([function: device]), SimulatedSpace([function: device]))
    first.failing = [function]
    #expect(throws: Failure.first(.vendorID, .init(function: function))) {
      try IdentityComparison(of: function, through: first, and: second)
    }
    #expect(second.trace == [])
    #expect(throws: Failure.second(.vendorID, .init(function: function))) {
      try IdentityComparison(of: function, through: second, and: first)
    }
    #expect(second.trace == ["read 0000:00:03.0 0x00.l", "read 0000:00:03.0 0x08.l"])
  }

  @Test func `functions agree, differ, or cannot be compared`() {
    let functions = (UInt16(0)..<5).map { FunctionAddress(routingID: $0 << 3) }
    let first = SimulatedSpace(
      Dictionary(uniqueKeysWithValues: functions.dropLast().map { ($0, device) }))
    let second = SimulatedSpace(first.functions)
    second.functions[functions[1]]?[0x00] = 0xFFFF_FFFF
    second.failing = [functions[2]]
    first.failing = [functions[3]]
    var facts = AccessFacts(hypervisor: .unnamed, mechanism1Answers: true)
    facts.compare(functions.reversed(), through: first, and: second)
    #expect(facts.agreeing == [functions[0]])
    #expect(facts.differing == [functions[1]])
    #expect(
      functions.map { facts.agreement(of: $0) }
        == [.agrees, .differs, .notCompared, .notCompared, .notCompared])
  }
}
