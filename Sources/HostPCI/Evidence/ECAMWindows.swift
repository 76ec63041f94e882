import LinuxHost
import PCIConfig

/// The ECAM regions of a machine, and the claims that are not one.
public struct ECAMWindows: Equatable, Sendable {
  /// The regions, ascending by segment, first bus and base.
  public private(set) var windows: [ECAMWindow] = []
  /// What was claimed or could not be seen, one clear sentence each.
  public private(set) var remarks: [String] = []
  /// The names of the kernel's ECAM resources, also where their addresses are hidden.
  public private(set) var kernelResources: [String] = []
  /// The kernel's regions whose addresses are hidden.
  public private(set) var hiddenRegions: [HiddenECAMRegion] = []
  /// Whether the ACPI table is there, and what it lists.
  public let table: Fact<[MCFGEntry]>
  /// The issuer of the table; that of one as the specification has it where there is none.
  let issuer: MCFG.Issuer

  /// Collects all claims and what vouches for each.
  init(_ host: Host, _ facts: SystemFacts) {
    var claims: [ECAMClaims.Claim] = []
    var remarks: [String] = []
    var entries: Fact<[MCFGEntry]> = .absent("/sys/firmware/acpi/tables/MCFG")
    var issuer: MCFG.Issuer?
    switch host.mcfg() {
    case .absent(let path): entries = .absent(path)
    case .failed(let failure): entries = .failed(failure)
    case .known(let bytes):
      let mcfg = MCFG(bytes)
      issuer = mcfg.issuer
      if !mcfg.findings.contains(where: \.spoilsTable) { entries = .known(mcfg.entries) }
      for finding in mcfg.findings where finding.spoilsTable || finding.isRemarked {
        remarks.append("ACPI MCFG: \(finding)")
      }
    }
    table = entries
    self.issuer = issuer ?? .init()
    for entry in entries.value ?? [] {
      do {
        claims.append(.init(try entry.region(), .mcfg))
      } catch {
        remarks.append("ACPI MCFG: \(error)")
      }
    }
    let hidden = facts.memory.value?.hideAddresses ?? false
    for resource in facts.memory.value ?? [] where KernelResource.isECAM(resource.name) {
      kernelResources.append(resource.name)
      guard !hidden else {
        if let region = KernelResource.namedRegion(resource.name) { hiddenRegions.append(region) }
        continue
      }
      if let region = KernelResource.region(resource) {
        claims.append(.init(region, .kernel(resource.name)))
      } else {
        remarks.append("/proc/iomem: \(resource.name): not a region that can be read from its line")
      }
    }
    if hidden {
      remarks.append("/proc/iomem shows its addresses only with CAP_SYS_ADMIN (root)")
    }
    if let (bridge, bar) = Self.expressBAR(host, facts), let region = bar.region {
      claims.append(.init(region, .hostBridge(bridge, PCIEXBAR.register)))
    }
    self.remarks = remarks
    windows = ECAMClaims(claims).windows(facts)
  }

  /// The windows that decode a function's bus.
  func decoding(_ function: FunctionAddress) -> [ECAMWindow] {
    windows.filter {
      $0.region.segment == function.segment && $0.region.buses.contains(function.bus)
    }
  }

  /// The region that serves a function, where it may be accessed.
  func usableRegion(
    for function: FunctionAddress, under restriction: MachineRestriction
  ) -> ECAMRegion? {
    guard let vouched = windows.map(\.vouched).region(for: function),
      vouched.objection(under: restriction.restriction) == nil
    else { return nil }
    return vouched.region
  }

  /// PCIEXBAR of the Q35 host bridge, where there is one and its register can be read.
  static func expressBAR(
    _ host: Host, _ facts: SystemFacts
  ) -> (FunctionAddress, PCIEXBAR)? {
    guard let bridge = facts.functions.value?.first(where: { $0.address == .init(routingID: 0) }),
      let identification = host.doubleword(of: bridge, .vendorID).value,
      identification == PCIEXBAR.hostBridge,
      let low = host.doubleword(of: bridge, PCIEXBAR.register).value,
      let high = host.doubleword(of: bridge, 0x64).value
    else { return nil }
    return (bridge.address, PCIEXBAR(rawValue: UInt64(high) << 32 | UInt64(low)))
  }
}

extension MCFGFinding {
  /// Whether the entries cannot be relied upon at all.
  fileprivate var spoilsTable: Bool {
    switch self {
    case .tooShort, .wrongSignature, .lengthTooSmall, .truncated: true
    default: false
    }
  }

  /// Whether it is told although the entries count; what an entry lacks is told with its region.
  fileprivate var isRemarked: Bool {
    switch self {
    case .wrongChecksum, .noEntries, .partialEntry: true
    default: false
    }
  }
}
