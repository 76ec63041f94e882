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
  /// The kernel uses a region that decodes the bus, and its address is not known.
  case hiddenRegion(HiddenECAMRegion)
  /// Nothing on the machine speaks for the region.
  case regionOnlyTold(ECAMRegion)
  /// MCFG lists the region, and nothing else speaks for it, although the memory map is known.
  case regionOnlyListed(ECAMRegion)
  /// A part of the region is memory.
  case regionOverMemory(ECAMRegion)
  /// Linux takes regions from MCFG only.
  case regionNotInMCFG(ECAMRegion)
  /// Linux was told to leave ECAM alone.
  case linuxLeavesECAM
  /// Linux takes no region of the table, because this one has base 0.
  case regionAtZero(ECAMRegion)
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
  /// ECAM may be touched although the machine restricts it: the kernel uses this region.
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
    case .hiddenRegion(let region):
      "the kernel uses a region for segment \(hexadecimal(region.segment, digits: 4)), buses "
        + "\(hexadecimal(region.buses.lowerBound, digits: 2))-"
        + "\(hexadecimal(region.buses.upperBound, digits: 2)), whose address only root may see"
    case .regionOnlyListed(let region):
      "MCFG lists the region at \(address(region)), but nothing reserves or uses it"
    case .regionOnlyTold(let region):
      "nothing on the machine speaks for the region at \(address(region))"
    case .regionOverMemory(let region): "a part of the region at \(address(region)) is memory"
    case .regionNotInMCFG(let region):
      "MCFG does not list the region at \(address(region)), and Linux takes no other"
    case .linuxLeavesECAM: "Linux was told to leave ECAM alone (pci=)"
    case .regionAbove4GiB(let region):
      "Linux drops MCFG: the region at \(address(region)) is above 4 GiB, which it takes only from "
        + "a table of revision 1 or later under firmware known to be of 2010 or later"
    case .regionAtZero(let region):
      "Linux drops MCFG: a region of segment \(hexadecimal(region.segment, digits: 4)) has base 0"
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
    case .kernelUsesECAM: "the kernel uses the region already"
    }
  }

  private func address(_ region: ECAMRegion) -> String {
    "0x" + hexadecimal(region.addresses.lowerBound, digits: 1)
  }
}
