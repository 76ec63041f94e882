/// The capability that says where the debug port of a USB 2.0 controller is (Enhanced Host Controller
/// Interface Specification 1.0, C.3).
public struct DebugPort: Hashable, Sendable {
  /// The base address register, counted from 1 for the one at 0x10; 0 and 7 are reserved.
  public let bar: UInt8
  /// The offset in bytes behind its address, 13 bits.
  public let offset: UInt16

  /// Takes the capability apart.
  ///
  /// - Parameter capability: A capability of any ID.
  /// - Returns: `nil` for another capability.
  public init?(_ capability: Capability) {
    guard capability.id == .debugPort else { return nil }
    bar = UInt8(capability.header >> 13)
    offset = capability.header & 0x1FFF
  }
}
