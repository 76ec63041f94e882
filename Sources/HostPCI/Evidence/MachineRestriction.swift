import LinuxHost
import PCIConfig

/// Whether a machine restricts who touches ECAM first, and what tells so.
public struct MachineRestriction: Equatable, Sendable {
  /// The restriction, or `nil`.
  public let restriction: AccessFacts.Restriction?
  /// What the machine is: `SEV`, `SEV-ES`, `SEV-SNP`, `TDX`, `Xen PV`, `Xen dom0`; `nil` where
  /// nothing restricts it, or it is not known which.
  public let kind: String?
  /// What was found, in the order in which it was asked; also what speaks against.
  public let evidence: [String]
  /// What would tell more; `nil` where nothing is missing.
  public let remedy: String?

  private init(
    _ restriction: AccessFacts.Restriction?, _ kind: String? = nil, _ evidence: [String] = [],
    remedy: String? = nil
  ) {
    self.restriction = restriction
    self.kind = kind
    self.evidence = evidence
    self.remedy = remedy
  }

  /// Looks at a machine.
  ///
  /// A processor that offers SEV offers it to its host, too, and KVM may show that to guests that
  /// run without it: what counts is what the kernel or SEV_STATUS says to be active.
  init(_ host: Host, _ detection: Fact<HypervisorDetection>) {
    let confidential = Self.confidential(host)
    guard confidential.restriction == nil, let xen = Self.xen(host, detection) else {
      self = confidential
      return
    }
    self = xen
  }

  private static func confidential(_ host: Host) -> MachineRestriction {
    let detection = host.confidentialDetection().value
    if case .guest(let kind, let leaf)? = detection {
      return MachineRestriction(
        .confidentialGuest, "\(kind.name)",
        ["CPUID leaf 0x\(hexadecimal(leaf, digits: 2)): \(kind.name)"])
    }
    // Linux ABI, sysfs-devices-system-cpu: only present when running as an SEV-SNP guest.
    for (directory, name, kind) in [
      ("sys/devices/system/cpu", "sev", ConfidentialGuest.sevSNP),
      ("sys/class/misc", "sev-guest", .sevSNP), ("sys/class/misc", "tdx_guest", .tdx),
    ] where host.names(in: directory).value?.contains(name) == true {
      return MachineRestriction(
        .confidentialGuest, "\(kind.name)",
        ["/\(directory)/\(name): the kernel has it in \(kind.name) guests only"])
    }
    guard detection == .offersSEV else { return MachineRestriction(nil) }
    let offer = "CPUID leaf 0x8000001f: the processor offers SEV"
    let status = host.askSEVStatus()
    let evidence = [offer, "\(status)"]
    guard let value = status.answer.value else {
      return MachineRestriction(
        .possiblyConfidentialGuest, nil, evidence,
        remedy: "SEV_STATUS tells: as root, modprobe msr")
    }
    guard let kind = ConfidentialGuest(sevStatus: UInt64(value)) else {
      return MachineRestriction(nil, nil, evidence)
    }
    return MachineRestriction(.confidentialGuest, "\(kind.name)", evidence)
  }

  private static func xen(
    _ host: Host, _ detection: Fact<HypervisorDetection>
  ) -> MachineRestriction? {
    guard let role = host.xenRole() else { return nil }
    if role == .domain0 {
      return MachineRestriction(
        .xenParavirtual, "Xen dom0", ["/proc/xen/capabilities has control_d"])
    }
    switch host.line("sys/hypervisor/guest_type") {
    case .known("PV"):
      return MachineRestriction(.xenParavirtual, "Xen PV", ["/sys/hypervisor/guest_type is \"PV\""])
    case .known: return nil
    case .absent, .failed:
      // Linux has that file since 4.13. Other guests of Xen always see its CPUID leaves.
      guard detection.value?.verdict == .bareMetal else { return nil }
      return MachineRestriction(
        .xenParavirtual, "Xen PV",
        ["/sys/hypervisor/type is \"xen\", and CPUID does not show Xen, as for its PV guests"])
    }
  }
}

extension MachineRestriction {
  /// The conclusion for a reader, or `nil` where nothing restricts the machine.
  package var sentence: String? {
    let subject: String
    switch restriction {
    case nil: return nil
    case .confidentialGuest: subject = "a confidential guest"
    case .possiblyConfidentialGuest: subject = "perhaps a confidential guest (SEV)"
    case .xenParavirtual: subject = "the hypervisor maps its memory"
    }
    return subject + (kind.map { " (\($0))" } ?? "") + ": ECAM only where the kernel uses it"
  }

  /// The restriction in one word, for programs.
  package var word: String? {
    switch restriction {
    case nil: nil
    case .confidentialGuest: "confidential-guest"
    case .possiblyConfidentialGuest: "possibly-confidential-guest"
    case .xenParavirtual: "xen-paravirtual"
    }
  }
}
