/// One entry of the MCFG table, as it is written there.
public struct MCFGEntry: Hashable, Sendable {
  /// The address of bus 0, whatever the first bus is.
  public let base: UInt64
  /// The PCI segment group, 16 bits.
  public let segment: UInt16
  /// The first bus that the region decodes.
  public let firstBus: UInt8
  /// The last bus that the region decodes.
  public let lastBus: UInt8

  /// The size of an entry.
  public static let byteCount = 16

  /// Creates an entry; any values can be in a table.
  public init(base: UInt64, segment: UInt16, firstBus: UInt8, lastBus: UInt8) {
    self.base = base
    self.segment = segment
    self.firstBus = firstBus
    self.lastBus = lastBus
  }

  /// The region that the entry claims.
  ///
  /// - Throws: ``ECAMRegionError``.
  public func region() throws(ECAMRegionError) -> ECAMRegion {
    guard firstBus <= lastBus else { throw .reversedBuses(firstBus, lastBus) }
    return try ECAMRegion(base: base, segment: UInt32(segment), buses: firstBus...lastBus)
  }
}
