import KVM

/// A device to measure doorbells with: a guest chooses a test, writes to the place that a header
/// tells, and sees how many of the writes have reached the device.
///
/// It is the interface of QEMU's `pci-testdev` (QEMU, "QEMU PCI test device", docs/specs), so that
/// one guest measures both monitors. Behind the memory and behind the ports there are three tests,
/// of which one at a time runs:
///
/// | number | name | what happens at the place |
/// |---|---|---|
/// | 0 | no-eventfd | every write of the told value is counted |
/// | 1 | wildcard-eventfd | writes of any value ring a doorbell |
/// | 2 | datamatch-eventfd | writes of the told value ring a doorbell |
///
/// The header is little-endian, and zero while no test runs:
///
/// | offset | |
/// |---|---|
/// | 0 | written: starts a test; read: its number among all six |
/// | 1 | the width of the writes in bytes |
/// | 4 | the place, as an offset in the same range |
/// | 8 | the value to write |
/// | 12 | how many matching writes have reached the device since the test was started |
/// | 16 | the test's name, with a zero byte behind it |
public final class PCITestDevice: DoorbellSource {
  /// How many bytes of memory there are.
  static let memorySize: UInt64 = 4096
  /// How many ports there are.
  static let portCount: UInt64 = 256

  /// A test, by its number among the six.
  private struct Test {
    let number: Int

    /// Numbers from 0 to 2 are tests of memory, from 3 to 5 of ports.
    var space: AddressSpace { number < 3 ? .memory : .ports }
    /// The place is in the second half of the range.
    var offset: UInt64 {
      (space == .memory ? memorySize : portCount) / 2 + UInt64(number)
    }
    var hasDoorbell: Bool { number % 3 != 0 }
    var matchesAnyValue: Bool { number % 3 == 1 }
    /// Both values are as good as any other.
    var value: UInt8 { matchesAnyValue ? 0xCE : 0xFA }

    func header(count: UInt32) -> [UInt8] {
      let kinds = ["no-eventfd", "wildcard-eventfd", "datamatch-eventfd"]
      let name = (space == .memory ? "mmio-" : "portio-") + kinds[number % 3]
      return [UInt8(number), 1, 0, 0] + Self.littleEndian(UInt32(offset))
        + Self.littleEndian(UInt32(value)) + Self.littleEndian(count) + Array(name.utf8) + [0]
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
  }

  /// One of the two ranges.
  private final class Region: Device {
    private unowned let device: PCITestDevice
    private let space: AddressSpace

    init(_ device: PCITestDevice, _ space: AddressSpace) {
      self.device = device
      self.space = space
    }

    var dataPathWidth: Int { 1 }

    func read(at offset: UInt64, size: Int) -> UInt64? { UInt64(device.read(at: offset)) }

    func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
      device.write(UInt8(truncatingIfNeeded: value), at: offset, in: space)
      return true
    }
  }

  /// The memory.
  private(set) lazy var memory: any Device = Region(self, .memory)
  /// The ports.
  private(set) lazy var ports: any Device = Region(self, .ports)
  /// What doorbells signal.
  let event: DeviceDoorbell.Event
  private(set) var doorbellVersion: UInt64 = 0
  private var running: Test?
  private var count: UInt32 = 0

  /// Creates a device that runs no test.
  ///
  /// - Throws: A `KVMError` where there are no more descriptors.
  public init() throws(KVMError) { event = try DeviceDoorbell.Event() }

  var doorbell: DeviceDoorbell? {
    guard let running, running.hasDoorbell else { return nil }
    return DeviceDoorbell(
      device: running.space == .memory ? memory : ports, offset: running.offset,
      value: running.matchesAnyValue ? nil : running.value, event: event)
  }

  private func read(at offset: UInt64) -> UInt8 {
    guard let header = running?.header(count: count), offset < header.count else { return 0 }
    return header[Int(offset)]
  }

  private func write(_ value: UInt8, at offset: UInt64, in space: AddressSpace) {
    if offset == 0 {
      running = value < 3 ? Test(number: Int(value) + (space == .memory ? 0 : 3)) : nil
      count = 0
      doorbellVersion &+= 1
    } else if let running, offset == running.offset, space == running.space,
      running.matchesAnyValue || value == running.value
    {
      count &+= 1
    }
  }
}
