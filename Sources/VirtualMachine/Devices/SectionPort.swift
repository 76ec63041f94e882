import GuestProtocol

/// The port by which a guest names the parts of its run (``SectionMark``).
final class SectionPort: Device {
  private var name: [UInt8] = []
  private var begun: String?

  /// One byte.
  var dataPathWidth: Int { 1 }

  /// Is not claimed: the port cannot be read.
  func read(at offset: UInt64, size: Int) -> UInt64? { nil }

  /// Takes a byte of a name, or its end.
  func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    switch UInt8(truncatingIfNeeded: value) {
    case UInt8(ascii: "\n"):
      begun = String(decoding: name, as: UTF8.self)
      name.removeAll(keepingCapacity: true)
    case let byte where 0x21...0x7E ~= byte && name.count < SectionMark.maximumLength:
      name.append(byte)
    default: break
    }
    return true
  }

  /// The section that the guest has begun since this was last asked; empty where it has ended one;
  /// `nil` where it has done neither.
  func takeBegun() -> String? {
    guard begun != nil else { return nil }
    defer { begun = nil }
    return begun
  }
}
