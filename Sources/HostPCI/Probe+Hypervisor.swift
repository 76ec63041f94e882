import PCIConfig

extension HypervisorDetection.Verdict {
  /// The kind in one word, for programs.
  var kind: String {
    switch self {
    case .bareMetal: "bare-metal"
    case .guest: "guest"
    case .host: "host"
    case .unknown: "unknown-hypervisor"
    case .unnamed: "unnamed-hypervisor"
    }
  }

  /// The hypervisor's name, where the table has one.
  var name: String? {
    switch self {
    case .guest(let hypervisor), .host(let hypervisor): "\(hypervisor.name)"
    case .bareMetal, .unknown, .unnamed: nil
    }
  }

  /// The conclusion for a reader.
  var sentence: String {
    switch self {
    case .bareMetal: "none shows itself"
    case .guest(let hypervisor): "\(hypervisor.name) (this is a guest)"
    case .host(let hypervisor): "\(hypervisor.name) (this is its host, not a guest)"
    case .unknown(let signature): "one that is not known, \"\(signature)\""
    case .unnamed: "one that gives no name"
    }
  }
}

extension Probe {
  /// Parts of names that only the firmware of virtual machines has; not those of clouds that rent
  /// bare machines under the same name. They count as a hint where CPUID shows no hypervisor.
  private static let virtualMachines = [
    "QEMU", "KVM", "VMware", "VirtualBox", "innotek", "Bochs", "BHYVE", "Parallels", "Xen",
    "Standard PC", "Virtual Machine", "OpenStack",
  ]

  /// What the firmware's strings say where CPUID shows no hypervisor: that one hides.
  var hiddenHypervisorHint: String? {
    guard case .known(let detection) = hypervisor, detection.verdict == .bareMetal else {
      return nil
    }
    for (name, fact) in facts.dmi {
      guard let text = fact.value, Self.virtualMachines.contains(where: { text.contains($0) })
      else { continue }
      return "DMI \(name) is \"\(text)\": a virtual machine whose hypervisor hides from CPUID"
    }
    return nil
  }
}
