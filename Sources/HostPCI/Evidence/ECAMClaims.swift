import LinuxHost
import PCIConfig

/// What a machine's tables, registers and resources claim of ECAM regions, before it is weighed.
struct ECAMClaims {
  struct Claim {
    let region: ECAMRegion
    let voucher: Voucher

    init(_ region: ECAMRegion, _ voucher: Voucher) {
      self.region = region
      self.voucher = voucher
    }
  }

  /// Ascending by segment, base and first bus, of those the widest first: whatever claims all of a
  /// region stands before it, or is equal.
  private let claims: [Claim]

  init(_ claims: [Claim]) {
    self.claims = claims.sorted { first, second in
      let (one, other) = (first.region, second.region)
      if one.segment != other.segment { return one.segment < other.segment }
      if one.base != other.base { return one.base < other.base }
      return (one.buses.lowerBound, other.buses.upperBound)
        < (other.buses.lowerBound, one.buses.upperBound)
    }
  }

  /// Each region with what vouches for it, ascending by segment, first bus and base.
  func windows(_ facts: SystemFacts) -> [ECAMWindow] {
    let memory = MemoryClaims(facts)
    var windows: [ECAMWindow] = []
    // Of each kind of voucher the claim with the furthest bus so far, for one segment and base.
    var furthest: [Claim?] = [nil, nil, nil]
    var index = 0
    while index < claims.count {
      let region = claims[index].region
      while index < claims.count, claims[index].region == region {
        let claim = claims[index]
        let kind = Self.kind(of: claim.voucher)
        let isFurther =
          furthest[kind].map {
            $0.region.segment != region.segment || $0.region.base != region.base
              || $0.region.buses.upperBound < region.buses.upperBound
          } ?? true
        if isFurther { furthest[kind] = claim }
        index += 1
      }
      let vouchers = furthest.compactMap { claim -> Voucher? in
        guard let claim, claim.region.segment == region.segment, claim.region.base == region.base,
          claim.region.buses.upperBound >= region.buses.upperBound
        else { return nil }
        return claim.voucher
      }
      windows.append(memory.window(region, vouchers))
    }
    return windows.sorted {
      ($0.region.segment, $0.region.buses.lowerBound, $0.region.base)
        < ($1.region.segment, $1.region.buses.lowerBound, $1.region.base)
    }
  }

  private static func kind(of voucher: Voucher) -> Int {
    switch voucher {
    case .mcfg: 0
    case .kernel: 1
    case .hostBridge, .memoryMap, .reserved, .motherboard: 2
    }
  }
}

/// What the memory map and the kernel's resources say of addresses.
private struct MemoryClaims {
  private let byMap: MemoryRanges
  private let byKernel: MemoryRanges
  private let byMotherboard: MemoryRanges
  private let memory: MemoryRanges

  init(_ facts: SystemFacts) {
    let map = facts.memoryMap.value ?? []
    let resources = facts.memory.value.flatMap { $0.hideAddresses ? nil : $0 } ?? []
    byMap = MemoryRanges(map.filter { $0.type.lowercased() == "reserved" }.map(\.addresses))
    byKernel = MemoryRanges(
      resources.filter { $0.name.lowercased() == "reserved" }.map(\.addresses))
    // Linux's driver of PNP0C01 and PNP0C02 names its resources by the device: "pnp 00:01".
    byMotherboard = MemoryRanges(resources.filter { $0.name.hasPrefix("pnp ") }.map(\.addresses))
    memory = MemoryRanges(
      map.filter { $0.type == "System RAM" }.map(\.addresses)
        + resources.filter { $0.name == "System RAM" }.map(\.addresses))
  }

  /// The region with what claims and reserves it.
  func window(_ region: ECAMRegion, _ claims: [Voucher]) -> ECAMWindow {
    let lengths = [byMap, byKernel, byMotherboard].map { $0.coveredBytes(of: region.addresses) }
    let reservations = zip([Voucher.memoryMap, .reserved, .motherboard], lengths)
      .filter { $0.1 == region.byteCount }
    return ECAMWindow(
      region: region, vouchers: claims + reservations.map(\.0),
      overlapsMemory: memory.overlap(region.addresses),
      reserved: ReservedBytes(byE820: max(lengths[0], lengths[1]), byMotherboard: lengths[2]))
  }
}
