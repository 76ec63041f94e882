import PCIConfig

/// The memory of the enhanced configuration access mechanism: 4 KiB for each function (PCI Express
/// Base Specification 6.0, 7.2.2).
///
/// The specification leaves accesses that cross a doubleword to the root complex. Here each
/// doubleword is a configuration request of its own, with the byte enables that the access has in
/// it.
final class EnhancedConfigurationWindow: Device {
  private unowned let host: PCIHost
  private let mutation: Mutation?

  init(host: PCIHost) {
    self.host = host
    mutation = host.mutation
  }

  var dataPathWidth: Int { 4 }

  func read(at offset: UInt64, size: Int) -> UInt64? {
    remember(offset)
    if mutation == .ecamAbsentZero && host.function(at: function(offset)) == nil { return 0 }
    let lane = mutation == .ecamReadsFromLane0 ? offset & ~3 : offset
    return UInt64(host.readWindow(function(offset), at: register(lane), size: size))
  }

  func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    remember(offset)
    if mutation == .ecamWritesDropped { return true }
    var value = UInt32(truncatingIfNeeded: value)
    var (lane, size) = (mutation == .ecamWritesToLane0 ? offset & ~3 : offset, size)
    if mutation == .ecamNarrowWritesWidened {
      (value, lane, size) = (value << (8 * UInt32(lane & 3)), lane & ~3, 4)
    }
    host.write(value, to: function(offset), at: register(lane), size: size)
    return true
  }

  private func function(_ offset: UInt64) -> FunctionAddress {
    if mutation == .ecamPortLayout {
      return FunctionAddress(routingID: UInt16(truncatingIfNeeded: offset >> 8))
    }
    let routingID = UInt16(truncatingIfNeeded: offset >> 12)
    return FunctionAddress(routingID: routingID & (mutation?.windowRoutingBits ?? .max))
  }

  private func register(_ offset: UInt64) -> Int {
    if mutation == .ecamPortLayout { return Int(offset & 0xFF) }
    return Int(offset & 0xFFF)
  }

  private func remember(_ offset: UInt64) {
    guard mutation == .conf1AddressShared else { return }
    host.addressPort.mislay(1 << 31 | UInt32(offset >> 4 & 0xFF_FF00 | offset & 0xFC))
  }
}
