/// Which mechanism reaches a register, and why.
public struct AccessDecision: Equatable, Sendable {
  /// A mechanism, or none.
  public enum Mechanism: Equatable, Sendable {
    /// Configuration mechanism #1.
    case mechanism1
    /// ECAM through a region.
    case ecam(ECAMRegion)
    /// The register cannot be reached, or should not be.
    case refused
  }

  /// The mechanism.
  public let mechanism: Mechanism
  /// The facts that led there, in the order in which they were looked at.
  public let reasons: [AccessReason]

  /// Creates a decision.
  public init(mechanism: Mechanism, reasons: [AccessReason]) {
    self.mechanism = mechanism
    self.reasons = reasons
  }
}

/// A fact that a decision rests on.
public enum AccessReason: Equatable, Sendable {
  /// Mechanism 1 answers.
  case mechanism1Answers
  /// Mechanism 1 does not answer.
  case mechanism1Silent
  /// Mechanism 1 reaches segment 0 only.
  case segmentBeyondMechanism1(UInt32)
  /// Mechanism 1 reaches the first 256 bytes only.
  case registerBeyondMechanism1(Register)
  /// The machine is a guest.
  case guest
  /// The machine is no guest.
  case bareMetal
  /// No known region decodes the bus.
  case noRegion(bus: UInt8)
  /// A region decodes the bus.
  case region(VouchedRegion)
  /// Nothing on the machine speaks for the region.
  case regionOnlyTold(ECAMRegion)
  /// A part of the region is memory.
  case regionOverMemory(ECAMRegion)
  /// Linux takes regions from MCFG only.
  case regionNotInMCFG(ECAMRegion)
  /// Linux was told to leave ECAM alone.
  case linuxLeavesECAM
  /// Linux takes no region of the table, because of this one above 4 GiB.
  case regionAbove4GiB(ECAMRegion)
  /// Linux takes no region of the table, because this one is not reserved, as it asks under
  /// firmware of before 2016.
  case regionNotReserved(ECAMRegion)
  /// Linux takes only so many buses of the region as are reserved, and not this one.
  case regionReduced(ECAMRegion, bus: UInt8)
  /// The function shows the same through both mechanisms.
  case agrees(FunctionAddress)
  /// The function shows something else through the other mechanism.
  case differs(FunctionAddress)
  /// Nobody has compared the two mechanisms for the function: as Linux does it.
  case notCompared(FunctionAddress)
  /// ECAM must not be touched first on this machine.
  case restricted(AccessFacts.Restriction)
  /// ECAM may be touched although the machine restricts it: the kernel uses it.
  case kernelUsesECAM
}

extension AccessReason: CustomStringConvertible {
  /// The fact in one line.
  public var description: String {
    switch self {
    case .mechanism1Answers: "mechanism 1 answers"
    case .mechanism1Silent: "mechanism 1 does not answer"
    case .segmentBeyondMechanism1(let segment):
      "mechanism 1 reaches segment 0, not \(hexadecimal(segment, digits: 4))"
    case .registerBeyondMechanism1(let register):
      "mechanism 1 reaches registers below 0x100, not \(register)"
    case .guest: "a guest"
    case .bareMetal: "no guest"
    case .noRegion(let bus): "no known region decodes bus \(hexadecimal(bus, digits: 2))"
    case .region(let vouched): "the region at \(address(vouched.region)) (\(vouched.vouchers))"
    case .regionOnlyTold(let region):
      "nothing on the machine speaks for the region at \(address(region))"
    case .regionOverMemory(let region): "a part of the region at \(address(region)) is memory"
    case .regionNotInMCFG(let region):
      "MCFG does not list the region at \(address(region)), and Linux takes no other"
    case .linuxLeavesECAM: "Linux was told to leave ECAM alone (pci=)"
    case .regionAbove4GiB(let region):
      "Linux drops MCFG: the region at \(address(region)) is above 4 GiB, "
        + "and the firmware not known to be of 2010 or later"
    case .regionNotReserved(let region):
      "Linux drops MCFG: neither E820 nor ACPI reserves the region at \(address(region)), "
        + "and the firmware is not known to be of 2016 or later"
    case .regionReduced(let region, let bus):
      "Linux shortens the region at \(address(region)) to what is reserved: "
        + "bus \(hexadecimal(bus, digits: 2)) lies behind"
    case .agrees(let function): "both mechanisms show the same function at \(function)"
    case .differs(let function): "the mechanisms differ at \(function)"
    case .notCompared(let function): "not compared at \(function): as Linux does it"
    case .restricted(.confidentialGuest):
      "a confidential guest: ECAM that is not mapped as shared may fault"
    case .restricted(.possiblyConfidentialGuest):
      "perhaps a confidential guest: ECAM that is not mapped as shared may fault"
    case .restricted(.xenParavirtual): "a paravirtualised Xen guest or dom0"
    case .kernelUsesECAM: "the kernel uses ECAM already"
    }
  }

  private func address(_ region: ECAMRegion) -> String {
    "0x" + hexadecimal(region.addresses.lowerBound, digits: 1)
  }
}

extension ECAMVouchers: CustomStringConvertible {
  /// Who speaks for the region.
  public var description: String {
    var names: [String] = []
    if contains(.mcfg) { names.append("MCFG lists it") }
    if contains(.reservation) { names.append("it is reserved") }
    if contains(.hostBridge) { names.append("the host bridge holds it") }
    if contains(.deviceTree) { names.append("the device tree describes it") }
    if contains(.kernel) { names.append("the kernel uses it") }
    if contains(.told) { names.append("it was told") }
    return names.isEmpty ? "nothing speaks for it" : names.joined(separator: ", ")
  }
}
