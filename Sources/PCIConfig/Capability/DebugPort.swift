/// The capability that says where the debug port of a USB 2.0 controller is (Enhanced Host Controller
/// Interface Specification 1.0, C.3).
public struct DebugPort: Hashable, Sendable {
  /// The number of its kind.
  public static let id: UInt8 = 0x0A

  /// The base address register, counted from 1 for the one at 0x10; 0 and 7 are reserved.
  public let bar: UInt8
  /// The offset in bytes behind its address, 13 bits.
  public let offset: UInt16

  /// Takes the capability apart.
  ///
  /// - Parameter capability: A capability with this `id`.
  /// - Returns: `nil` for another capability.
  public init?(_ capability: Capability) {
    guard capability.id == Self.id else { return nil }
    bar = UInt8(capability.header >> 13)
    offset = capability.header & 0x1FFF
  }
}
