/// A place that a guest writes to in order to signal an event, without leaving for user space
/// (`struct kvm_ioeventfd`, api.rst 4.59 `KVM_IOEVENTFD`).
///
/// Reads of the place, and writes that do not match, leave the guest as ever.
public struct Doorbell: Hashable, Sendable {
  /// How many bytes a write moves.
  public enum Width: UInt32, CaseIterable, Sendable {
    /// 8 bits.
    case byte = 1
    /// 16 bits.
    case word = 2
    /// 32 bits.
    case doubleword = 4
    /// 64 bits, of which there are no writes to ports.
    case quadword = 8
  }

  /// Which writes ring. Any width with one value cannot be told, since KVM does not take it.
  public enum Match: Hashable, Sendable {
    /// Those of any width and any value (`len` 0).
    ///
    /// In memory, KVM can take them before it decodes the instruction. On processors with EPT a
    /// *read* then rings, too.
    case anyWidth
    /// Those of one width, with any value.
    case width(Width)
    /// Those of one width, with one value (`KVM_IOEVENTFD_FLAG_DATAMATCH`). A value that is wider
    /// than the width is accepted and never written.
    case value(UInt64, Width)
  }

  /// The address of the write's first byte. A write that only overlaps it does not ring.
  public var address: IOAddress
  /// Which writes to the address ring.
  public var match: Match

  /// Describes a doorbell.
  public init(_ address: IOAddress, _ match: Match = .anyWidth) {
    self.address = address
    self.match = match
  }
}

extension Doorbell: CustomStringConvertible {
  /// Such as `port 0x600, width 2, value 0x7`.
  public var description: String {
    switch match {
    case .anyWidth: "\(address), any width"
    case .width(let width): "\(address), width \(width.rawValue)"
    case .value(let value, let width):
      "\(address), width \(width.rawValue), value \(hexadecimal(value))"
    }
  }
}
