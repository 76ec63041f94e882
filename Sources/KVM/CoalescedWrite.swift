import CLinux

/// A write that KVM has collected in a ``CoalescedRing`` (`struct kvm_coalesced_mmio`,
/// api.rst 4.116).
public struct CoalescedWrite: Hashable, Sendable {
  /// Where the guest has written to.
  public var address: IOAddress
  /// How many bytes: 1 to 8.
  public var size: Int
  /// What it has written, little-endian; bytes beyond ``size`` are zero.
  public var value: UInt64

  /// Creates a description.
  public init(_ address: IOAddress, size: Int, value: UInt64) {
    self.address = address
    self.size = size
    self.value = value
  }

  /// What was written, byte by byte in the order of addresses.
  public var bytes: [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}

extension CoalescedWrite {
  init(_ entry: kvm_coalesced_mmio) {
    precondition(
      (1...8).contains(entry.len), "a coalesced write of \(entry.len) bytes is none of KVM's")
    let value = withUnsafeBytes(of: entry.data) { UInt64(littleEndian: $0.load(as: UInt64.self)) }
    self.init(
      entry.pio != 0
        ? .port(UInt16(truncatingIfNeeded: entry.phys_addr)) : .memory(entry.phys_addr),
      size: Int(entry.len), value: value & (.max >> (64 - 8 * UInt64(entry.len))))
  }
}
