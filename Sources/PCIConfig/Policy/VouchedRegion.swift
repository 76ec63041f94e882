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

extension VouchedRegion {
  /// Returns why the region must not be accessed: it overlaps memory, there is no evidence for it, or
  /// the machine restricts ECAM and the kernel does not use the region.
  ///
  /// - Parameters:
  ///   - restriction: Why the machine restricts ECAM, or `nil`.
  ///   - requiresEvidence: Whether a region without evidence is objected to.
  /// - Returns: The first reason of these; `nil` where the region may be accessed.
  public func objection(
    under restriction: AccessFacts.Restriction?, requiresEvidence: Bool = true
  ) -> AccessReason? {
    if overlapsMemory { return .regionOverMemory(region) }
    if requiresEvidence && !isVouchedFor {
      return vouchers.contains(.mcfg) ? .regionOnlyListed(region) : .regionOnlyTold(region)
    }
    guard let restriction, !vouchers.contains(.kernel) else { return nil }
    return .restricted(restriction)
  }

  /// How much evidence there is: the kernel's use outweighs all other, and evidence outweighs claims.
  fileprivate var weight: Int {
    (isVouchedFor ? 8 : 0) + (vouchers.contains(.kernel) ? 16 : 0)
      + vouchers.rawValue.nonzeroBitCount
  }
}

extension [VouchedRegion] {
  /// Returns the region that serves a function: of those that decode it the one that the kernel uses,
  /// else one with evidence, else the one with most claims; of equal ones the first.
  ///
  /// - Parameter function: The function.
  /// - Returns: The region; `nil` where none decodes the function.
  @inline(never)
  public func region(for function: FunctionAddress) -> VouchedRegion? {
    var best: VouchedRegion?
    for candidate in self
    where candidate.region.segment == function.segment
      && candidate.region.buses.contains(function.bus)
    {
      if best.map({ candidate.weight > $0.weight }) ?? true { best = candidate }
    }
    return best
  }
}
