import Testing

@testable import VirtualMachine

@Suite("Buses")
struct BusTests {
  /// Notes accesses and answers reads with 0xA0 plus the offset in each byte.
  private final class Recorder: Device {
    struct Access: Equatable {
      var offset: UInt64
      var size: Int
      var written: UInt64?
    }

    let dataPathWidth: Int
    var accesses: [Access] = []

    init(dataPathWidth: Int) { self.dataPathWidth = dataPathWidth }

    func read(at offset: UInt64, size: Int) -> UInt64? {
      accesses.append(Access(offset: offset, size: size))
      return (0..<UInt64(size)).reduce(0) { $0 | (0xA0 + offset + $1) << (8 * $1) }
    }

    func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
      accesses.append(Access(offset: offset, size: size, written: value))
      return true
    }
  }

  @Test("Addresses that nobody claims read as all ones of the access's size")
  func unclaimed() {
    let bus = Bus(.memory)
    bus.write(0, at: 0x1000, size: 8)
    #expect(bus.read(at: 0x1000, size: 1) == 0xFF)
    #expect(bus.read(at: 0x1000, size: 3) == 0xFF_FFFF)
    #expect(bus.read(at: 0x1000, size: 8) == .max)
    #expect(bus.read(at: .max, size: 8) == .max)
  }

  @Test("A device sees offsets, and only what lies inside its range")
  func offsets() throws {
    let device = Recorder(dataPathWidth: 8)
    var bus = Bus(.memory)
    try bus.add(device, at: 0x1000...0x1007)
    #expect(bus.read(at: 0x1002, size: 4) == 0xA5A4_A3A2)
    #expect(bus.read(at: 0x1006, size: 4) == 0xFFFF_A7A6)
    #expect(bus.read(at: 0xFFE, size: 4) == 0xA1A0_FFFF)
    bus.write(0x1122_3344, at: 0x1006, size: 4)
    #expect(
      device.accesses == [
        .init(offset: 2, size: 4), .init(offset: 6, size: 2), .init(offset: 0, size: 2),
        .init(offset: 6, size: 2, written: 0x3344),
      ])
  }

  @Test("Accesses are cut at multiples of the device's data path, low bytes first")
  func cutting() throws {
    let device = Recorder(dataPathWidth: 4)
    var bus = Bus(.memory)
    try bus.add(device, at: 0x1000...0x100F)
    #expect(bus.read(at: 0x1003, size: 8) == 0xAAA9_A8A7_A6A5_A4A3)
    bus.write(0x8877_6655_4433_2211, at: 0x1004, size: 8)
    #expect(
      device.accesses == [
        .init(offset: 3, size: 1), .init(offset: 4, size: 4), .init(offset: 8, size: 3),
        .init(offset: 4, size: 4, written: 0x4433_2211),
        .init(offset: 8, size: 4, written: 0x8877_6655),
      ])
  }

  @Test("Neighbours share an access")
  func neighbours() throws {
    let low = Recorder(dataPathWidth: 1)
    let high = Recorder(dataPathWidth: 8)
    var bus = Bus(.ports)
    try bus.add(high, at: 0x12...0x13)
    try bus.add(low, at: 0x10...0x11)
    #expect(bus.read(at: 0x10, size: 4) == 0xA1A0_A1A0)
    #expect(low.accesses == [.init(offset: 0, size: 1), .init(offset: 1, size: 1)])
    #expect(high.accesses == [.init(offset: 0, size: 2)])
  }

  @Test(
    "Two devices cannot have the same address",
    arguments: [0x0F...0x10, 0x12...0x12, 0x13...0x20, 0...0xFF])
  func overlap(range: ClosedRange<UInt64>) throws {
    var bus = Bus(.ports)
    try bus.add(Recorder(dataPathWidth: 1), at: 0x10...0x13)
    #expect(throws: BusError.overlap(range, 0x10...0x13)) {
      try bus.add(Recorder(dataPathWidth: 1), at: range)
    }
    #expect(
      BusError.overlap(0x12...0x12, 0x10...0x13).description
        == "addresses 0x12 to 0x12: a device is at 0x10 to 0x13 already")
    try bus.add(Recorder(dataPathWidth: 1), at: 0x14...0x14)
    try bus.add(Recorder(dataPathWidth: 1), at: 0xF...0xF)
  }
}
