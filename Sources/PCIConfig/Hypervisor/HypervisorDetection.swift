/// What a processor says about the hypervisor below it.
public struct HypervisorDetection: Equatable, Sendable {
  /// The conclusion.
  public enum Verdict: Equatable, Sendable {
    /// No hypervisor shows itself: CPUID.1:ECX[31] is clear. Some emulators and hypervisors told
    /// to hide look the same.
    case bareMetal
    /// A guest of this hypervisor.
    case guest(of: Hypervisor)
    /// The partition that runs the hypervisor's host: Hyper-V's root partition.
    case host(of: Hypervisor)
    /// A guest of something that is not in the table.
    case unknown(HypervisorSignature)
    /// A guest of something that gives no name.
    case unnamed
  }

  /// The conclusion.
  public let verdict: Verdict
  /// The interfaces with a known signature, and the first one whatever it is; ascending by base.
  public let interfaces: [HypervisorInterface]

  /// The bases at which a hypervisor may show itself, as Linux scans them
  /// (`hypervisor_cpuid_base`).
  public static let bases = stride(from: firstBase, through: lastBase, by: 0x100)

  private static let firstBase: UInt32 = 0x4000_0000
  private static let lastBase: UInt32 = 0x4000_FF00

  /// Asks a processor.
  ///
  /// The hypervisor leaves are read only where CPUID.1:ECX[31] is set: without it a processor
  /// returns another leaf's data for them. Of several interfaces the one at the highest base
  /// counts: KVM and Xen put Hyper-V's first to please Windows, and their own behind it.
  ///
  /// - Parameter cpuid: The processor.
  public init(_ cpuid: some CPUIDSource) {
    guard cpuid.cpuid(leaf: 1, subleaf: 0).ecx >> 31 == 1 else {
      verdict = .bareMetal
      interfaces = []
      return
    }
    var found = [
      HypervisorInterface(
        base: Self.firstBase, registers: cpuid.cpuid(leaf: Self.firstBase, subleaf: 0))
    ]
    // Written out: in a guest whose ring 0 is emulated every instruction of this loop counts.
    var base = Self.firstBase
    while base < Self.lastBase {
      base &+= 0x100
      let registers = cpuid.cpuid(leaf: base, subleaf: 0)
      guard Self.isInterface(registers, at: base) else { continue }
      let interface = HypervisorInterface(base: base, registers: registers)
      if interface.hypervisor != nil { found.append(interface) }
    }
    interfaces = found
    verdict = Self.judge(found, cpuid)
  }

  /// Whether a leaf behind the first base is that of an interface: what lies beyond the hypervisor's
  /// leaves is any other leaf's data.
  ///
  /// - Parameters:
  ///   - registers: What the leaf returns.
  ///   - base: The leaf, one of ``bases``.
  public static func isInterface(_ registers: CPUIDRegisters, at base: UInt32) -> Bool {
    registers.ebx != 0 && (registers.eax == 0 || registers.eax & 0xFFFF_FF00 == base)
  }

  private static func judge(
    _ interfaces: [HypervisorInterface], _ cpuid: some CPUIDSource
  ) -> Verdict {
    guard let last = interfaces.last(where: { $0.hypervisor != nil }),
      let hypervisor = last.hypervisor
    else {
      guard let first = interfaces.first, !first.signature.isEmpty else { return .unnamed }
      return .unknown(first.signature)
    }
    return hypervisor == .hyperV && isRootPartition(last, cpuid)
      ? .host(of: hypervisor) : .guest(of: hypervisor)
  }

  /// Hypervisor Top-Level Functional Specification, 2.4.4: leaf 0x40000003 returns the partition's
  /// privileges. CpuManagement (EBX bit 12) is the root's; an isolated guest (bit 22) shows it too.
  private static func isRootPartition(
    _ interface: HypervisorInterface, _ cpuid: some CPUIDSource
  ) -> Bool {
    guard let privileges = interface.leaf(3, of: cpuid)?.ebx else { return false }
    return privileges >> 12 & 1 == 1 && privileges >> 22 & 1 == 0
  }
}
