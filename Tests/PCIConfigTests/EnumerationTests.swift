import PCIConfig
import Testing

@Suite struct EnumerationTests {
  /// A host bridge, a multi-function device with a gap, two bridges, one that leads back, and a
  /// device on a bus that no bridge has.
  private let space = SimulatedSpace(
    [
      0x0000: [0x00: 0x29C0_8086],
      0x0008: [0x00: 0x0001_1B36, 0x0C: 0x0001_0000, 0x18: 0x0005_0100],
      0x0010: [0x00: 0x1000_1AF4],
      0x0011: [0x00: 0x1001_1AF4],
      0x0018: [0x00: 0x0000_0000, 0x0C: 0x0080_0000],
      0x0019: [0x00: 0x1001_1AF4],
      0x00F8: [0x00: 0x2918_8086, 0x0C: 0x0080_0000],
      0x00FA: [0x00: 0x2922_8086, 0x0C: 0x0080_0000],
      0x0100: [0x00: 0x0002_1B36, 0x0C: 0x0001_0000, 0x18: 0x0005_0501],
      0x0108: [0x00: 0x0003_1B36, 0x0C: 0x0002_0000, 0x18: 0x0000_0001],
      0x0500: [0x00: 0x10D3_8086],
      0x0600: [0x00: 0x10D3_8086],
    ].reduce(into: [:]) { $0[FunctionAddress(routingID: $1.key)] = $1.value })

  @Test func `functions are listed behind bridges, and no bus twice`() throws {
    #expect(
      try space.functions(inSegment: 0).map(\.description) == [
        "0000:00:00.0", "0000:00:01.0", "0000:00:02.0", "0000:00:1f.0", "0000:00:1f.2",
        "0000:01:00.0", "0000:01:01.0", "0000:05:00.0",
      ])
    for bus in ["00", "01", "05"] {
      #expect(space.trace.count { $0 == "read 0000:\(bus):1e.0 0x00.l" } == 1)
    }
    #expect(!space.trace.contains { $0.hasPrefix("read 0000:06") })
  }

  @Test func `a bus is listed by itself`() throws {
    #expect(
      try space.functions(ofBus: 6, inSegment: 0) == [FunctionAddress(routingID: 0x0600)])
    #expect(try space.functions(ofBus: 6, inSegment: 1) == [])
  }

  @Test func `functions of a lower bus behind a higher one keep their order`() throws {
    let bridges = SimulatedSpace([
      FunctionAddress(segment: 2, routingID: 0x0000): [
        0x00: 0x0001_1B36, 0x0C: 0x0001_0000, 0x18: 0x00FF_FF00,
      ],
      FunctionAddress(segment: 2, routingID: 0xFF00): [
        0x00: 0x0001_1B36, 0x0C: 0x0001_0000, 0x18: 0x0002_02FF,
      ],
      FunctionAddress(segment: 2, routingID: 0x0200): [0x00: 0x10D3_8086],
    ])
    #expect(
      try bridges.functions(inSegment: 2).map(\.description)
        == ["0002:00:00.0", "0002:02:00.0", "0002:ff:00.0"])
  }

  @Test func `a failure ends the list`() {
    let failing = FunctionAddress(routingID: 0x0500)
    space.failing = [failing]
    #expect(throws: SimulatedSpace.Fault(function: failing)) {
      try space.functions(inSegment: 0)
    }
  }
}

@Suite struct FunctionSetTests {
  @Test func `functions are in order, each once`() {
    let numbers: [UInt16] = [8, 3, 0xFFFF, 0, 3, 8, 1]
    let functions = numbers.map { FunctionAddress(segment: UInt32($0 & 1), routingID: $0) }
    let set = FunctionSet(functions)
    #expect(set.functions == Set(functions).sorted())
    #expect(set == FunctionSet(functions.reversed()))
    #expect(functions.allSatisfy(set.contains))
    #expect(!set.contains(FunctionAddress(segment: 1, routingID: 8)))
    #expect(!FunctionSet().contains(.hostBridge))
    #expect([set.count, FunctionSet().count] == [5, 0])
  }
}
