/// One block of hypervisor CPUID leaves, found at its base.
public struct HypervisorInterface: Hashable, Sendable {
  /// The first leaf, from 0x40000000 to 0x4000FF00 in steps of 0x100.
  public let base: UInt32
  /// The last leaf that may be read.
  public let maximumLeaf: UInt32
  /// What the interface calls itself.
  public let signature: HypervisorSignature

  /// Creates an interface from what its first leaf returned.
  ///
  /// A maximum below the base is what KVM returned before Linux 2.6.33 and means base + 1; from
  /// anybody else it announces nothing beyond the base.
  ///
  /// - Parameters:
  ///   - base: The leaf that was read.
  ///   - registers: What it returned: the maximum in EAX, the signature in EBX, ECX and EDX.
  public init(base: UInt32, registers: CPUIDRegisters) {
    self.base = base
    signature = HypervisorSignature(ebx: registers.ebx, ecx: registers.ecx, edx: registers.edx)
    maximumLeaf =
      registers.eax >= base
      ? registers.eax : signature.hypervisor == .kvm ? base + 1 : base
  }

  /// The hypervisor that the signature stands for, or `nil` where the table has none.
  public var hypervisor: Hypervisor? { signature.hypervisor }

  /// Reads a leaf of this interface.
  ///
  /// - Parameters:
  ///   - offset: The leaf's distance from the base.
  ///   - cpuid: The processor.
  /// - Returns: `nil` beyond the maximum: there a processor may return any other leaf's data.
  public func leaf(_ offset: UInt8, of cpuid: some CPUIDSource) -> CPUIDRegisters? {
    let leaf = base + UInt32(offset)
    return leaf <= maximumLeaf ? cpuid.cpuid(leaf: leaf, subleaf: 0) : nil
  }
}
