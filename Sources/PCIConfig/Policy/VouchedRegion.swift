/// An ECAM region with what speaks for it.
public struct VouchedRegion: Hashable, Sendable {
  /// The region.
  public let region: ECAMRegion
  /// What speaks for it.
  public let vouchers: ECAMVouchers
  /// Whether a part of it is memory, which speaks against it.
  public let overlapsMemory: Bool
  /// How much of it is reserved; `nil` where no memory map is known.
  public let reserved: ReservedBytes?

  /// Creates a region with what speaks for it, and against it.
  ///
  /// - Parameters:
  ///   - region: The region.
  ///   - vouchers: What speaks for it.
  ///   - overlapsMemory: Whether a part of it is memory.
  ///   - reserved: How much of it is reserved; `nil` where no memory map is known.
  public init(
    _ region: ECAMRegion, _ vouchers: ECAMVouchers, overlapsMemory: Bool = false,
    reserved: ReservedBytes? = nil
  ) {
    self.region = region
    self.vouchers = vouchers
    self.overlapsMemory = overlapsMemory
    self.reserved = reserved
  }

  /// Whether the machine vouches for it: the kernel, the host bridge or a device tree has it, or
  /// MCFG lists it and, where a memory map is known, it is reserved; and none of it is memory.
  public var isVouchedFor: Bool {
    guard !overlapsMemory else { return false }
    if !vouchers.isDisjoint(with: [.hostBridge, .deviceTree, .kernel]) { return true }
    return vouchers.contains(.mcfg) && (vouchers.contains(.reservation) || reserved == nil)
  }

  /// How much of it is reserved as far as is known: without a memory map all of it or nothing, as
  /// ``ECAMVouchers/reservation`` says.
  var knownReservation: ReservedBytes {
    reserved
      ?? ReservedBytes(
        byE820: vouchers.contains(.reservation) ? region.byteCount : 0, byMotherboard: 0)
  }
}
