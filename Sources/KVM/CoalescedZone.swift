import CLinux

/// Addresses to which a guest's writes are collected instead of leaving the guest one by one
/// (`struct kvm_coalesced_mmio_zone`, api.rst 4.116 `KVM_(UN)REGISTER_COALESCED_MMIO`).
public struct CoalescedZone: Hashable, Sendable {
  /// The first address.
  public var address: IOAddress
  /// How many bytes of memory, or ports. A write is collected where one zone holds all its bytes.
  public var count: UInt32

  /// Describes a zone.
  ///
  /// - Parameters:
  ///   - address: The first address.
  ///   - count: How many bytes of memory, or ports.
  public init(_ address: IOAddress, count: UInt32) {
    self.address = address
    self.count = count
  }
}

extension CoalescedZone {
  /// Whether all addresses of another zone belong to this one too.
  ///
  /// - Parameter other: The other zone.
  public func contains(_ other: CoalescedZone) -> Bool {
    switch (address, other.address) {
    case (.port(let own), .port(let first)):
      Self.contains(UInt64(own), count, UInt64(first), other.count)
    case (.memory(let own), .memory(let first)): Self.contains(own, count, first, other.count)
    default: false
    }
  }

  private static func contains(
    _ own: UInt64, _ count: UInt32, _ first: UInt64, _ otherCount: UInt32
  ) -> Bool {
    first >= own && first - own <= count && UInt64(otherCount) <= UInt64(count) - (first - own)
  }
}

extension CoalescedZone {
  var structure: kvm_coalesced_mmio_zone {
    var zone = kvm_coalesced_mmio_zone()
    zone.size = count
    switch address {
    case .port(let port):
      zone.addr = UInt64(port)
      zone.pio = 1
    case .memory(let address): zone.addr = address
    }
    return zone
  }
}

extension CoalescedZone: CustomStringConvertible {
  /// Such as `1 at port 0x70`.
  public var description: String { "\(count) at \(address)" }
}
