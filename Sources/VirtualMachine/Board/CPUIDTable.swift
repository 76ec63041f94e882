import KVM
import PCIConfig

extension [CPUIDEntry] {
  /// The first and the last leaf that hypervisors use.
  private static let hypervisorLeaves: ClosedRange<UInt32> = 0x4000_0000...0x4000_FFFF

  /// Makes the table of what a processor can do into that of a machine's only processor.
  ///
  /// - Parameters:
  ///   - identity: What it says about the hypervisor.
  ///   - mutation: What is wrong on purpose.
  /// - Returns: The table.
  func forOnlyProcessor(
    hypervisor identity: BoardConfiguration.HypervisorIdentity, mutation: Mutation? = nil
  ) -> Self {
    let table = withTopologyOfOne().withHypervisor(identity)
    return mutation?.mutated(table) ?? table
  }

  private func withHypervisor(_ identity: BoardConfiguration.HypervisorIdentity) -> Self {
    var table = self
    if identity == .kvm { return table }
    let own = table.filter { Self.hypervisorLeaves.contains($0.leaf) }
    table.removeAll { Self.hypervisorLeaves.contains($0.leaf) }
    let isPresent = identity != .none
    for index in table.indices where table[index].leaf == 1 {
      table[index].ecx = table[index].ecx & ~(1 << 31) | (isPresent ? 1 << 31 : 0)
    }
    switch identity {
    case .kvm, .none: break
    case .signature(let signature): table += Self.interface(signature)
    case .kvmBehindHyperV: table += Self.interface(.hyperV) + own.behindHyperV()
    case .behindHyperV(let signature):
      table += Self.interface(.hyperV) + Self.interface(signature).behindHyperV()
    }
    return table
  }

  /// What a hypervisor must at least show where guests expect it.
  private static func interface(_ signature: HypervisorSignature) -> Self {
    let base = hypervisorLeaves.lowerBound
    // Hypervisor Top-Level Functional Specification, 2.4: leaves up to 5, and the interface "Hv#1".
    // VMware tells frequencies in leaf 10h; zero means that it does not.
    let maximum: UInt32 =
      switch signature.hypervisor {
      case .hyperV: base + 5
      case .vmware: base + 0x10
      case .xen: base + 2
      default: base + 1
      }
    var leaves = [
      CPUIDEntry(
        leaf: base, eax: maximum, ebx: signature.ebx, ecx: signature.ecx, edx: signature.edx)
    ]
    for leaf in base + 1...maximum { leaves.append(CPUIDEntry(leaf: leaf)) }
    if signature.hypervisor == .hyperV { leaves[1].eax = 0x3123_7648 }
    return leaves
  }

  /// An interface at the base behind Hyper-V's, with its maximum there.
  private func behindHyperV() -> Self {
    map { entry in
      var entry = entry
      if entry.leaf == Self.hypervisorLeaves.lowerBound, entry.eax >= entry.leaf {
        entry.eax += 0x100
      }
      entry.leaf += 0x100
      return entry
    }
  }

  /// KVM reports the host's topology, or none: the guest has one processor, with APIC id 0.
  private func withTopologyOfOne() -> Self {
    var table = filter { ![0xB, 0x1F].contains($0.leaf) }
    for index in table.indices {
      switch table[index].leaf {
      case 1:
        table[index].ebx = table[index].ebx & 0xFFFF | 1 << 16
        table[index].edx &= ~(1 << 28)  // HTT
        // There is no local APIC that x2APIC mode or a TSC deadline could belong to.
        table[index].ecx &= ~(1 << 21 | 1 << 24)
      case 4: table[index].eax &= 0x3FFF  // processors that share a cache, cores of a package
      case 0x8000_0001: table[index].ecx &= ~(1 << 1)  // CmpLegacy
      case 0x8000_0008: table[index].ecx &= ~0xF0FF  // APIC id size, number of threads
      case 0x8000_001E:
        table[index].eax = 0
        table[index].ebx = 0
        table[index].ecx = 0
      default: break
      }
    }
    for leaf: UInt32 in [0xB, 0x1F] where contains(where: { $0.leaf == leaf }) {
      table.append(CPUIDEntry(leaf: leaf, subleaf: 0, ebx: 1, ecx: 1 << 8))  // threads
      table.append(CPUIDEntry(leaf: leaf, subleaf: 1, ebx: 1, ecx: 2 << 8 | 1))  // cores
      table.append(CPUIDEntry(leaf: leaf, subleaf: 2, ecx: 2))
    }
    return table
  }
}

extension HypervisorSignature {
  /// "Microsoft Hv".
  fileprivate static let hyperV = HypervisorSignature(
    ebx: 0x7263_694D, ecx: 0x666F_736F, edx: 0x7648_2074)
}
