import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

@Suite("The buses of a dump")
struct DumpTopologyTests {
  /// Which device of the vendor 1234h answers at each routing identifier at this moment.
  private func devices(_ host: PCIHost) -> [UInt16: UInt16] {
    host.functions.mapValues { $0.configuration.word(2) }
  }

  @Test("Bridges lead to what is behind them, and take it along when they are renumbered")
  func bridges() throws {
    let host = PCIHost.replica(
      of: ConfigurationDump([
        try DumpRig.bridge("00:01.0", 1...3), try DumpRig.bridge("00:02.0", 4...4),
        try DumpRig.device("01:00.0", 0x10), try DumpRig.bridge("01:01.0", 3...3),
        try DumpRig.device("03:02.1", 0x11), try DumpRig.device("04:00.0", 0x12),
      ]))
    let before: [UInt16: UInt16] = [
      0x0008: 1, 0x0010: 1, 0x0100: 0x10, 0x0108: 1, 0x0311: 0x11, 0x0400: 0x12,
    ]
    #expect(devices(host) == before)
    // What is behind the first bridge goes to bus 20h, and there the inner one has none of its buses.
    host.write(0x0022_2000, to: FunctionAddress(routingID: 0x0008), at: 0x18, size: 4)
    #expect(devices(host) == [0x0008: 1, 0x0010: 1, 0x2000: 0x10, 0x2008: 1, 0x0400: 0x12])
    host.write(0x0022_2220, to: FunctionAddress(routingID: 0x2008), at: 0x18, size: 4)
    #expect(
      devices(host)
        == [0x0008: 1, 0x0010: 1, 0x2000: 0x10, 0x2008: 1, 0x2211: 0x11, 0x0400: 0x12])
    // No numbers, no way.
    host.write(0, to: FunctionAddress(routingID: 0x0008), at: 0x18, size: 4)
    #expect(devices(host) == [0x0008: 1, 0x0010: 1, 0x0400: 0x12])
  }

  @Test("A bus that no bridge leads to keeps its number, and its bridges lead on")
  func rootBuses() throws {
    let dump = ConfigurationDump([
      try DumpRig.device("00:00.0", 0x10), try DumpRig.device("80:00.0", 0x11),
      try DumpRig.bridge("80:01.0", 0x81...0x8F), try DumpRig.device("81:00.0", 0x12),
      try DumpRig.device("ff:1f.7", 0x13),
    ])
    let host = PCIHost.replica(of: dump)
    #expect(
      devices(host) == [0x0000: 0x10, 0x8000: 0x11, 0x8008: 1, 0x8100: 0x12, 0xFFFF: 0x13])
    host.write(0x0020_2000, to: FunctionAddress(routingID: 0x8008), at: 0x18, size: 4)
    #expect(
      devices(host) == [0x0000: 0x10, 0x8000: 0x11, 0x8008: 1, 0x2000: 0x12, 0xFFFF: 0x13])
  }

  @Test("Every function answers where it was, whatever the bridges say")
  func damaged() throws {
    for functions in [
      // The inner bridge is not in the dump.
      [try DumpRig.bridge("00:01.0", 1...3), try DumpRig.device("02:00.0", 0x10)],
      // Two bridges of the same numbers, and one on the bus that it leads to.
      [
        try DumpRig.bridge("00:01.0", 1...1), try DumpRig.bridge("00:02.0", 1...1),
        try DumpRig.bridge("01:00.0", 1...2), try DumpRig.device("02:00.0", 0x11),
      ],
      // Two bridges that lead to each other.
      [
        try DumpRig.bridge("01:00.0", 2...2), try DumpRig.bridge("02:00.0", 1...1),
        try DumpRig.device("02:01.0", 0x10),
      ],
      // A bridge that hides the one that leads to the bus; numbers the wrong way; back to bus 0.
      [
        try DumpRig.bridge("00:01.0", 1...9), try DumpRig.bridge("00:02.0", 5...5),
        try DumpRig.function("00:03.0", [0: 0x0001_1234, 0xC: 0x0001_0000, 0x18: 0x0003_0700]),
        try DumpRig.device("05:00.0", 0x10), try DumpRig.device("07:00.0", 0x11),
        try DumpRig.bridge("09:00.0", 0...9),
      ],
    ] {
      let host = PCIHost.replica(of: ConfigurationDump(functions))
      let expected = functions.map { function in
        (function.address.routingID, UInt16(function.image.bytes[2]))
      }
      #expect(devices(host) == Dictionary(uniqueKeysWithValues: expected))
    }
  }

  @Test("Every function of any bridges whatever answers where it was", arguments: 1...40)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15)
    var functions: [UInt16: ConfigurationDump.Function] = [:]
    for _ in 0..<60 {
      let routingID = UInt16(random.below(12) << 8 | random.below(8) << 3)
      let address = FunctionAddress(routingID: routingID).description
      let (secondary, subordinate) = (UInt32(random.below(12)), UInt32(random.below(12)))
      functions[routingID] =
        random.below(2) == 0
        ? try DumpRig.device(address, 1)
        : try DumpRig.function(
          address,
          [0: 0x0001_1234, 0xC: 0x0001_0000, 0x18: subordinate << 16 | secondary << 8])
    }
    let host = PCIHost.replica(of: ConfigurationDump(Array(functions.values)))
    #expect(Set(host.functions.keys) == Set(functions.keys))
    for (routingID, function) in functions {
      #expect(
        host.function(at: function.address)?.configuration.bytes == function.image.bytes,
        "\(routingID)")
    }
  }
}
