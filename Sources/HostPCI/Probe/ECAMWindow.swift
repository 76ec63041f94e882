import PCIConfig

/// Something that says that an ECAM region is where it is.
public enum Voucher: Equatable, Sendable {
  /// The ACPI table lists it.
  case mcfg
  /// The kernel has it in use: a resource of this name in `/proc/iomem`.
  case kernel(String)
  /// The firmware's memory map, E820, reserves all of its addresses.
  case memoryMap
  /// `/proc/iomem` reserves all of its addresses.
  case reserved
  /// ACPI's motherboard resources reserve all of its addresses.
  case motherboard
  /// The host bridge's register says that it decodes it.
  case hostBridge(FunctionAddress, Register)
}

extension Voucher: CustomStringConvertible {
  /// A clause for a sentence about the region.
  public var description: String {
    switch self {
    case .mcfg: "ACPI MCFG lists it"
    case .kernel(let name): "the kernel uses it (/proc/iomem: \(name))"
    case .memoryMap: "the firmware's memory map (E820) reserves it"
    case .reserved: "/proc/iomem reserves it"
    case .motherboard: "ACPI's motherboard resources reserve it (/proc/iomem: pnp)"
    case .hostBridge(let bridge, let register):
      "the host bridge \(bridge) decodes it (register \(register))"
    }
  }
}

/// An ECAM region that something claims to exist, with all that speaks for it.
public struct ECAMWindow: Equatable, Sendable {
  /// The region.
  public let region: ECAMRegion
  /// What vouches for it.
  public let vouchers: [Voucher]
  /// Whether a part of it is memory, which speaks against it.
  public let overlapsMemory: Bool
  /// How much of it is reserved.
  public let reserved: ReservedBytes

  /// Creates a window.
  ///
  /// - Parameters:
  ///   - region: The region.
  ///   - vouchers: What vouches for it.
  ///   - overlapsMemory: Whether a part of it is memory.
  ///   - reserved: How much of it is reserved; where it is `nil`, all or nothing, as the vouchers
  ///     say.
  public init(
    region: ECAMRegion, vouchers: [Voucher], overlapsMemory: Bool, reserved: ReservedBytes? = nil
  ) {
    self.region = region
    self.vouchers = vouchers
    self.overlapsMemory = overlapsMemory
    let isInE820 = vouchers.contains(.memoryMap) || vouchers.contains(.reserved)
    self.reserved =
      reserved
      ?? ReservedBytes(
        byE820: isInE820 ? region.byteCount : 0,
        byMotherboard: vouchers.contains(.motherboard) ? region.byteCount : 0)
  }

  /// Whether it may be touched: the kernel or the host bridge uses it, or MCFG lists it and its
  /// addresses are reserved; and none of it is memory.
  public var isVouchedFor: Bool {
    let isInUse = vouchers.contains {
      switch $0 {
      case .kernel, .hostBridge: true
      default: false
      }
    }
    let isReserved = [Voucher.memoryMap, .reserved, .motherboard].contains(where: vouchers.contains)
    return !overlapsMemory && (isInUse || vouchers.contains(.mcfg) && isReserved)
  }
}

extension ECAMWindow {
  /// How a sentence calls it.
  var name: String { "the region at 0x\(hexadecimal(region.addresses.lowerBound, digits: 1))" }

  /// Why the region must not be touched, or `nil`.
  func objection(under restriction: MachineRestriction) -> String? {
    if overlapsMemory { return "\(name) overlaps memory: not tried" }
    guard isVouchedFor else {
      return "\(name) is claimed, but nothing reserves or uses it: not tried"
    }
    guard let sentence = restriction.sentence, !isUsedByKernel else { return nil }
    return "\(sentence): \(name) is not tried"
  }

  private var isUsedByKernel: Bool {
    vouchers.contains { if case .kernel = $0 { true } else { false } }
  }
}

/// The ECAM regions of a machine, and the claims that are not one.
public struct ECAMWindows: Equatable, Sendable {
  /// The regions, ascending by segment, first bus and base.
  public private(set) var windows: [ECAMWindow] = []
  /// What was claimed or could not be seen, one clear sentence each.
  public private(set) var remarks: [String] = []
  /// The names of the kernel's ECAM resources, also where their addresses are hidden.
  public private(set) var kernelResources: [String] = []
  /// Whether the ACPI table is there, and what it lists.
  public let table: Fact<[MCFGEntry]>

  /// Collects all claims and what vouches for each.
  init(_ host: Host, _ facts: SystemFacts) {
    var claims: [(region: ECAMRegion, voucher: Voucher)] = []
    var remarks: [String] = []
    var entries: Fact<[MCFGEntry]> = .absent("/sys/firmware/acpi/tables/MCFG")
    switch host.mcfg() {
    case .absent(let path): entries = .absent(path)
    case .failed(let failure): entries = .failed(failure)
    case .known(let bytes):
      let mcfg = MCFG(bytes)
      if !mcfg.findings.contains(where: \.spoilsTable) { entries = .known(mcfg.entries) }
      for finding in mcfg.findings where finding.spoilsTable || finding.isRemarked {
        remarks.append("ACPI MCFG: \(finding)")
      }
    }
    table = entries
    for entry in entries.value ?? [] {
      do {
        claims.append((try entry.region(), .mcfg))
      } catch {
        remarks.append("ACPI MCFG: \(error)")
      }
    }
    let hidden = facts.memory.value?.hideAddresses ?? false
    for resource in facts.memory.value ?? [] where KernelResource.isECAM(resource.name) {
      kernelResources.append(resource.name)
      guard !hidden else { continue }
      if let region = KernelResource.region(resource) {
        claims.append((region, .kernel(resource.name)))
      } else {
        remarks.append("/proc/iomem: \(resource.name): not a region that can be read from its line")
      }
    }
    if hidden {
      remarks.append("/proc/iomem shows its addresses only with CAP_SYS_ADMIN (root)")
    }
    if let (bridge, bar) = Self.expressBAR(host, facts), let region = bar.region {
      claims.append((region, .hostBridge(bridge, PCIEXBAR.register)))
    }
    self.remarks = remarks
    windows = Self.merge(claims, facts)
  }

  private static func merge(
    _ claims: [(region: ECAMRegion, voucher: Voucher)], _ facts: SystemFacts
  ) -> [ECAMWindow] {
    let map = facts.memoryMap.value ?? []
    let resources = facts.memory.value.flatMap { $0.hideAddresses ? nil : $0 } ?? []
    let reservedByMap = map.filter { $0.type.lowercased() == "reserved" }.map(\.addresses)
    let reserved = resources.filter { $0.name.lowercased() == "reserved" }.map(\.addresses)
    // Linux's driver of PNP0C01 and PNP0C02 names its resources by the device: "pnp 00:01".
    let motherboard = resources.filter { $0.name.hasPrefix("pnp ") }.map(\.addresses)
    let memory =
      map.filter { $0.type == "System RAM" }.map(\.addresses)
      + resources.filter { $0.name == "System RAM" }.map(\.addresses)
    var regions: [ECAMRegion] = []
    for claim in claims where !regions.contains(claim.region) { regions.append(claim.region) }
    return
      regions.map { region in
        var vouchers: [Voucher] = []
        for claim in claims
        where claim.region.base == region.base && claim.region.segment == region.segment
          && claim.region.buses.contains(region.buses.lowerBound)
          && claim.region.buses.contains(region.buses.upperBound)
          && !vouchers.contains(claim.voucher)
        {
          vouchers.append(claim.voucher)
        }
        let byMap = coveredBytes(of: region.addresses, by: reservedByMap)
        let byKernel = coveredBytes(of: region.addresses, by: reserved)
        let byMotherboard = coveredBytes(of: region.addresses, by: motherboard)
        if byMap == region.byteCount { vouchers.append(.memoryMap) }
        if byKernel == region.byteCount { vouchers.append(.reserved) }
        if byMotherboard == region.byteCount { vouchers.append(.motherboard) }
        return ECAMWindow(
          region: region, vouchers: vouchers,
          overlapsMemory: memory.contains { $0.overlaps(region.addresses) },
          reserved: ReservedBytes(byE820: max(byMap, byKernel), byMotherboard: byMotherboard))
      }
      .sorted {
        ($0.region.segment, $0.region.buses.lowerBound, $0.region.base)
          < ($1.region.segment, $1.region.buses.lowerBound, $1.region.base)
      }
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

/// ECAM regions as the kernel names them in `/proc/iomem`: `PCI ECAM 0000 [bus 00-ff]`; before
/// Linux 6.9 `PCI MMCONFIG 0000 [bus 00-ff]`.
enum KernelResource {
  private static let prefixes = ["PCI ECAM ", "PCI MMCONFIG "]

  static func isECAM(_ name: String) -> Bool { prefixes.contains { name.hasPrefix($0) } }

  /// The region, or `nil` where the line has another form.
  static func region(_ resource: Resource) -> ECAMRegion? {
    guard let prefix = prefixes.first(where: { resource.name.hasPrefix($0) }) else { return nil }
    let words = resource.name.dropFirst(prefix.count).split { " []-".contains($0) }
    // Linux 2.6 wrote the buses without the word.
    let numbers = words.filter { $0 != "bus" }
    guard numbers.count == 3, let segment = UInt32(numbers[0], radix: 16),
      let first = UInt8(numbers[1], radix: 16), let last = UInt8(numbers[2], radix: 16),
      first <= last
    else { return nil }
    let base = resource.addresses.lowerBound.subtractingReportingOverflow(
      UInt64(first) * ECAMRegion.bytesPerBus)
    guard !base.overflow else { return nil }
    return try? ECAMRegion(base: base.partialValue, segment: segment, buses: first...last)
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
