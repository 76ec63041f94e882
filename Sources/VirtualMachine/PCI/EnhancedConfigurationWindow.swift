import PCIConfig

/// The memory of the enhanced configuration access mechanism: 4 KiB for each function (PCI Express
/// Base Specification 6.0, 7.2.2).
///
/// The specification leaves accesses that cross a doubleword to the root complex. Here each
/// doubleword is a configuration request of its own, with the byte enables that the access has in
/// it.
final class EnhancedConfigurationWindow: Device {
  private unowned let host: PCIHost

  init(host: PCIHost) { self.host = host }

  var dataPathWidth: Int { 4 }

  func read(at offset: UInt64, size: Int) -> UInt64? {
    UInt64(host.readWindow(function(offset), at: Int(offset & 0xFFF), size: size))
  }

  func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    host.write(
      UInt32(truncatingIfNeeded: value), to: function(offset), at: Int(offset & 0xFFF), size: size)
    return true
  }

  private func function(_ offset: UInt64) -> FunctionAddress {
    FunctionAddress(routingID: UInt16(truncatingIfNeeded: offset >> 12))
  }
}
