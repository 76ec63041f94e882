import PCIConfig

/// What can be learnt about a machine's configuration access without changing anything.
public struct Probe: Sendable {
  /// The directory of the record that was looked at; `nil` for this machine.
  public let recordRoot: String?
  /// What the processor says about a hypervisor.
  public let hypervisor: Fact<HypervisorDetection>
  /// Whether the machine is a guest, all considered.
  public let decision: Fact<HypervisorDecision>
  /// What the system says about itself.
  public let facts: SystemFacts
  /// The ECAM regions.
  public let ecam: ECAMWindows
  /// The access modes, in the order of ``AccessMode``.
  public let modes: [AccessModeReport]
  /// How the kernel accesses registers 0x00 to 0xff of segment 0.
  public let kernelConventional: KernelAccess
  /// How the kernel accesses registers from 0x100 on.
  public let kernelExtended: KernelAccess

  /// Looks at a machine.
  ///
  /// Nothing is written but, on the live machine and where the system permits it, CONFIG_ADDRESS of
  /// mechanism 1, which is put back.
  public init(_ host: Host) {
    recordRoot = host.recordRoot
    hypervisor = host.hypervisor()
    decision = host.hypervisorDecision(hypervisor)
    let facts = SystemFacts(host)
    let ecam = ECAMWindows(host, facts)
    self.facts = facts
    self.ecam = ecam
    modes = [
      .sysfs(host, facts), .procfs(host, facts), .mechanism1(host, facts), .ecam(host, facts, ecam),
    ]
    let kernel = KernelAccessReader(host, facts, ecam)
    kernelConventional = kernel.conventional
    kernelExtended = kernel.extended
  }
}
