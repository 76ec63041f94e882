import PCIConfig

/// CONFIG_DATA of configuration mechanism #1: the doubleword that CONFIG_ADDRESS chooses, in which
/// the port chooses the bytes (PCI Local Bus Specification 3.0, 3.2.2.3.2).
final class ConfigurationDataPort: Device {
  private unowned let host: PCIHost

  init(host: PCIHost) { self.host = host }

  var dataPathWidth: Int { 4 }

  func read(at offset: UInt64, size: Int) -> UInt64? {
    guard isEnabled else { return nil }
    return UInt64(host.read(function, at: register(offset), size: size))
  }

  func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    guard isEnabled else { return false }
    host.write(
      UInt32(truncatingIfNeeded: value), to: function, at: register(offset), size: size)
    return true
  }

  private var isEnabled: Bool { host.addressPort.latch >> 31 == 1 }

  private var function: FunctionAddress {
    FunctionAddress(routingID: UInt16(truncatingIfNeeded: host.addressPort.latch >> 8))
  }

  private func register(_ offset: UInt64) -> Int {
    Int(host.addressPort.latch & 0xFC) + Int(offset)
  }
}
