/// How much of a region is reserved, from its first address on without a gap.
public struct ReservedBytes: Hashable, Sendable {
  /// The bytes that the firmware's memory map, E820, reserves.
  public let byE820: UInt64
  /// The bytes that ACPI's motherboard resources (PNP0C01, PNP0C02) reserve.
  public let byMotherboard: UInt64

  /// Creates the lengths.
  public init(byE820: UInt64, byMotherboard: UInt64) {
    self.byE820 = byE820
    self.byMotherboard = byMotherboard
  }
}
