import Testing

@testable import VirtualMachine

@Suite("The test device")
struct PCITestDeviceTests {
  private let device: PCITestDevice
  private var bus = Bus(.memory)
  private static let memory: UInt64 = 0x1_0000
  private static let ports: UInt64 = 0x2_0000

  init() throws {
    device = try PCITestDevice()
    try bus.add(device.memory, at: Self.memory...Self.memory + 4095)
    try bus.add(device.ports, at: Self.ports...Self.ports + 255)
  }

  /// The header's numbers: test and width, place, value, count.
  private func header(at base: UInt64) -> [UInt64] {
    [0, 4, 8, 12].map { bus.read(at: base + $0, size: 4) }
  }

  private func name(at base: UInt64) -> String {
    String(
      decoding: (16..<40).map { UInt8(bus.read(at: base + $0, size: 1)) }.prefix { $0 != 0 },
      as: UTF8.self)
  }

  @Test("Is found as QEMU's, with memory and ports, without an interrupt pin")
  func configuration() throws {
    let rig = try PCIRig(.q35(testDevice: device))
    let function = PCIRig.root | 4 << 11
    #expect(rig.read(function, 0) == 0x0005_1B36)
    #expect(rig.read(function, 0x08) == 0x00FF_0000)
    #expect(rig.read(function, 0x3C) == 0)
    for register: UInt32 in [0x10, 0x14] { rig.write(function, register, 0xFFFF_FFFF) }
    #expect(rig.read(function, 0x10) == 0xFFFF_F000)
    #expect(rig.read(function, 0x14) == 0xFFFF_FF01)
  }

  @Test("Shows nothing before a test is started, and after one that there is not")
  func idle() {
    #expect(header(at: Self.memory) == [0, 0, 0, 0])
    bus.write(1, at: Self.memory, size: 1)
    #expect(device.doorbell != nil)
    bus.write(3, at: Self.memory, size: 1)
    #expect(header(at: Self.memory) == [0, 0, 0, 0])
    #expect(device.doorbell == nil)
  }

  @Test(
    "Tells of each test where and what to write, and its name",
    arguments: [
      (0, "no-eventfd", 0xFA, nil), (1, "wildcard-eventfd", 0xCE, nil),
      (2, "datamatch-eventfd", 0xFA, 0xFA),
    ] as [(UInt64, String, UInt64, UInt8?)])
  func tests(number: UInt64, name: String, value: UInt64, match: UInt8?) {
    bus.write(number, at: Self.memory, size: 1)
    #expect(header(at: Self.memory) == [0x100 | number, 2048 + number, value, 0])
    #expect(self.name(at: Self.memory) == "mmio-" + name)
    #expect((device.doorbell?.device === device.memory) == (number != 0))
    #expect(device.doorbell?.value == match)
    bus.write(number, at: Self.ports, size: 1)
    #expect(header(at: Self.ports) == [0x103 + number, 131 + number, value, 0])
    #expect(self.name(at: Self.ports) == "portio-" + name)
    #expect((device.doorbell?.device === device.ports) == (number != 0))
    #expect(device.doorbell?.offset == (number == 0 ? nil : 131 + number))
  }

  @Test("Counts the matching writes that reach it since the test was started")
  func count() {
    bus.write(2, at: Self.memory, size: 1)
    for value: UInt64 in [0xFA, 0xFB, 0xFA] { bus.write(value, at: Self.memory + 2050, size: 1) }
    bus.write(0xFA, at: Self.memory + 2049, size: 1)
    bus.write(0xFA, at: Self.ports + 133, size: 1)
    #expect(header(at: Self.memory)[3] == 2)
    bus.write(1, at: Self.memory, size: 1)
    #expect(header(at: Self.memory)[3] == 0)
    // A wider write is one of a byte for each place that it touches.
    bus.write(0x1234, at: Self.memory + 2048, size: 2)
    #expect(header(at: Self.memory)[3] == 1)
  }
}
