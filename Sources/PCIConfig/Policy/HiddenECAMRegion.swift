/// An ECAM region that the kernel uses, of which the address is not known.
public struct HiddenECAMRegion: Hashable, Sendable {
  /// The segment group, 32 bits.
  public let segment: UInt32
  /// The buses that the region decodes.
  public let buses: ClosedRange<UInt8>

  /// Creates a region.
  ///
  /// - Parameters:
  ///   - segment: The segment group, 32 bits.
  ///   - buses: The buses that the region decodes.
  public init(segment: UInt32, buses: ClosedRange<UInt8>) {
    self.segment = segment
    self.buses = buses
  }
}
