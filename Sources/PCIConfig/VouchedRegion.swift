/// What speaks for an ECAM region.
public struct ECAMVouchers: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Creates a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// ACPI's MCFG table lists the region.
  public static let mcfg = ECAMVouchers(rawValue: 1 << 0)
  /// The firmware's memory map, ACPI's motherboard resources or the kernel reserve the whole
  /// region.
  public static let reservation = ECAMVouchers(rawValue: 1 << 1)
  /// The host bridge's register holds the region.
  public static let hostBridge = ECAMVouchers(rawValue: 1 << 2)
  /// A device tree describes the region.
  public static let deviceTree = ECAMVouchers(rawValue: 1 << 3)
  /// Somebody told it, and nothing on the machine does.
  public static let told = ECAMVouchers(rawValue: 1 << 4)
  /// The kernel uses the region.
  public static let kernel = ECAMVouchers(rawValue: 1 << 5)

  /// Whether something on the machine speaks for the region: a table, a register, a tree or the
  /// kernel. A reservation alone says nothing of what is reserved.
  public var areFromMachine: Bool { !isDisjoint(with: [.mcfg, .hostBridge, .deviceTree, .kernel]) }
}

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

/// An ECAM region with what speaks for it.
public struct VouchedRegion: Hashable, Sendable {
  /// The region.
  public let region: ECAMRegion
  /// What speaks for it.
  public let vouchers: ECAMVouchers
  /// Whether a part of it is memory, which speaks against it.
  public let overlapsMemory: Bool
  /// How much of it is reserved.
  public let reserved: ReservedBytes

  /// Creates a region with what speaks for it, and against it.
  ///
  /// - Parameters:
  ///   - region: The region.
  ///   - vouchers: What speaks for it.
  ///   - overlapsMemory: Whether a part of it is memory.
  ///   - reserved: How much of it is reserved; where it is `nil`, E820 reserves all of it or
  ///     nothing, as ``ECAMVouchers/reservation`` says.
  public init(
    _ region: ECAMRegion, _ vouchers: ECAMVouchers, overlapsMemory: Bool = false,
    reserved: ReservedBytes? = nil
  ) {
    self.region = region
    self.vouchers = vouchers
    self.overlapsMemory = overlapsMemory
    self.reserved =
      reserved
      ?? ReservedBytes(
        byE820: vouchers.contains(.reservation) ? region.byteCount : 0, byMotherboard: 0)
  }
}
