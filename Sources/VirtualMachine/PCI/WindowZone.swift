import KVM

/// The window of the enhanced mechanism as a zone in which writes wait in KVM's ring.
///
/// Over memory that only shows the registers (``ConfigurationMirror``), neither reads nor writes
/// leave the guest then. PCI's configuration writes are not posted (PCI Express Base Specification
/// 6.0, 2.4.1), these are: until the guest leaves, a read shows what was before the write.
final class WindowZone {
  /// The zones that the machine has besides, wherever the window is.
  private let others: [CoalescedZone]
  private var zone: CoalescedZone?
  private var version: UInt64?

  /// - Parameter others: The zones that the machine has besides, wherever the window is.
  init(besides others: [CoalescedZone]) { self.others = others }

  /// Puts the zone where PCIEXBAR says.
  func update(_ host: PCIHost, _ machine: borrowing Machine) throws(KVMError) {
    guard version != host.version else { return }
    version = host.version
    let wanted = host.enhancedWindow.map {
      CoalescedZone(.memory($0.base), count: UInt32($0.size))
    }
    guard wanted != zone else { return }
    if let zone {
      try machine.removeCoalescedZones(containing: zone)
      // Every zone that contains it has gone with it.
      for other in others where other.contains(zone) { try machine.addCoalescedZone(other) }
    }
    zone = nil
    if let wanted { try machine.addCoalescedZone(wanted) }
    zone = wanted
  }
}
