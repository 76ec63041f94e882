/// Which ECAM regions Linux takes of those that MCFG lists, and why it takes none.
///
/// The rules of `arch/x86/pci/mmconfig-shared.c` of Linux 6.12, without those for the chipsets of
/// 2005 that Linux asks itself and without EFI's memory map, which user space cannot see.
public enum LinuxECAMDiscovery: Equatable, Sendable {
  /// It takes these, some perhaps with fewer buses than MCFG gives them.
  case accepted([ECAMRegion])
  /// It was told to leave ECAM alone.
  case disabled
  /// It takes none, because this region has base 0.
  case atZero(ECAMRegion)
  /// It takes none, because of this region above 4 GiB in a table of revision 0 or under firmware of
  /// before 2010.
  case above4GiB(ECAMRegion)
  /// It takes none, because neither E820 nor ACPI's motherboard resources reserve this region.
  case notReserved(ECAMRegion)

  /// Applies the rules.
  ///
  /// A single region that Linux objects to spoils all. Under firmware of 2016 and later, and where
  /// it has no other mechanism, Linux asks for no reservation.
  ///
  /// - Parameters:
  ///   - regions: The regions that MCFG lists.
  ///   - issuer: The issuer of the table.
  ///   - firmwareYear: The year of the firmware; Linux takes an unknown one for an old one.
  ///   - mechanism1Answers: Whether Linux has mechanism 1.
  ///   - isDisabled: Whether Linux was told to leave ECAM alone.
  public init(
    _ regions: [VouchedRegion], of issuer: MCFG.Issuer = .init(), firmwareYear: UInt16?,
    mechanism1Answers: Bool, isDisabled: Bool
  ) {
    let year = firmwareYear ?? 0
    guard !isDisabled else {
      self = .disabled
      return
    }
    let takesHighRegions = issuer.isSGI || issuer.revision >= 1 && year >= 2010
    for region in regions.lazy.map({ $0.region }) {
      if region.base == 0 {
        self = .atZero(region)
        return
      }
      if region.base >= UInt64(UInt32.max) && !takesHighRegions {
        self = .above4GiB(region)
        return
      }
    }
    guard year < 2016 && mechanism1Answers else {
      self = .accepted(regions.map { $0.region })
      return
    }
    // Early, before the ACPI interpreter runs, E820 must reserve all of them.
    if let accepted = Self.shrink(regions, to: { [$0.byE820] }) {
      self = .accepted(accepted)
      return
    }
    let late: (ReservedBytes) -> [UInt64] = { [$0.byMotherboard, $0.byE820] }
    if let accepted = Self.shrink(regions, to: late) {
      self = .accepted(accepted)
      return
    }
    self = .accepted([])
    for vouched in regions where Self.shrink([vouched], to: late) == nil {
      self = .notReserved(vouched.region)
      return
    }
  }

  /// The buses that are left of each region, or `nil` where one is not reserved.
  private static func shrink(
    _ regions: [VouchedRegion], to lengths: (ReservedBytes) -> [UInt64]
  ) -> [ECAMRegion]? {
    var accepted: [ECAMRegion] = []
    for vouched in regions {
      var shrunk: ECAMRegion?
      for reserved in lengths(vouched.knownReservation) where shrunk == nil {
        shrunk = shrink(vouched.region, to: reserved)
      }
      guard let shrunk else { return nil }
      accepted.append(shrunk)
    }
    return accepted
  }

  /// Linux halves a region until the rest is reserved, down to 16 MiB; a region that is reserved
  /// as it is may be smaller.
  private static func shrink(_ region: ECAMRegion, to reserved: UInt64) -> ECAMRegion? {
    var size = region.byteCount
    guard reserved < size else { return region }
    while reserved < size { size /= 2 }
    guard size >= 16 << 20 else { return nil }
    let first = region.buses.lowerBound
    let last = first + UInt8(size / ECAMRegion.bytesPerBus - 1)
    do throws(ECAMRegionError) {
      return try ECAMRegion(base: region.base, segment: region.segment, buses: first...last)
    } catch {
      return nil
    }
  }
}
