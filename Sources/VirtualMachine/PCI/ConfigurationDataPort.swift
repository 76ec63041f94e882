import PCIConfig

/// CONFIG_DATA of configuration mechanism #1: the doubleword that CONFIG_ADDRESS chooses, in which
/// the port chooses the bytes (PCI Local Bus Specification 3.0, 3.2.2.3.2).
final class ConfigurationDataPort: Device {
  private unowned let host: PCIHost
  private let mutation: Mutation?

  init(host: PCIHost) {
    self.host = host
    mutation = host.mutation
  }

  var dataPathWidth: Int { 4 }

  func read(at offset: UInt64, size: Int) -> UInt64? {
    guard isEnabled || mutation == .conf1EnableIgnoredByReads else { return nil }
    if mutation == .conf1UnalignedWordsZero && size == 2 && offset == 1 { return 0 }
    defer { advance() }
    if mutation == .conf1AbsentZero && host.function(at: function) == nil { return 0 }
    let lane = mutation == .conf1ReadsFromLane0 ? 0 : offset
    return UInt64(host.read(function, at: register(lane), size: size))
  }

  func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    guard isEnabled || mutation == .conf1EnableIgnoredByWrites else { return false }
    defer { advance() }
    var value = UInt32(truncatingIfNeeded: value)
    var (lane, size) = (mutation == .conf1WritesToLane0 ? 0 : offset, size)
    if mutation == .conf1NarrowWritesWidened { (value, lane, size) = (value << (8 * lane), 0, 4) }
    host.write(value, to: function, at: register(lane), size: size)
    return true
  }

  private var isEnabled: Bool {
    let latch = host.addressPort.latch
    if mutation == .conf1ReservedBitsRefused && latch & 0x7000_0000 != 0 { return false }
    return latch >> 31 == 1
  }

  private var function: FunctionAddress {
    let routingID = UInt16(truncatingIfNeeded: host.addressPort.latch >> 8)
    return FunctionAddress(routingID: routingID & (mutation?.mechanism1RoutingBits ?? .max))
  }

  private func register(_ offset: UInt64) -> Int {
    let latch = host.addressPort.latch
    if mutation == .conf1LowBitsAdded { return Int(latch & 0xFF) + Int(offset) }
    if mutation == .conf1ReachesExtended {
      return Int(latch >> 16 & 0xF00 | latch & 0xFC) + Int(offset)
    }
    return Int(latch & 0xFC) + Int(offset)
  }

  private func advance() {
    if mutation == .conf1AddressAdvances { host.addressPort.mislay(host.addressPort.latch &+ 4) }
  }
}
