import LinuxHost
import PCIConfig

/// What can be learnt about a machine's configuration access without changing anything.
public struct Probe: Sendable {
  /// The record that was looked at; `nil` for this machine.
  public let record: Host.Record?
  /// What the processor says about a hypervisor.
  public let hypervisor: Fact<HypervisorDetection>
  /// Whether the machine is a guest, all considered.
  public let decision: Fact<HypervisorDecision>
  /// What the system says about itself.
  public let facts: SystemFacts
  /// The ECAM regions.
  public let ecam: ECAMWindows
  /// Whether the machine restricts who touches ECAM first.
  public let restriction: MachineRestriction
  /// The access modes, in the order of ``AccessMode``; without raw access to the live machine only
  /// those of files.
  public let modes: [AccessModeReport]
  /// How the kernel accesses registers 0x00 to 0xff of segment 0.
  public let kernelConventional: KernelAccess
  /// How the kernel accesses registers from 0x100 on.
  public let kernelExtended: KernelAccess
  /// Which functions show the same through both mechanisms.
  public let comparison: MechanismComparison

  /// Looks at a machine.
  ///
  /// Nothing is written but, on the live machine and where the system permits it, CONFIG_ADDRESS of
  /// mechanism 1, which is put back.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - rawAccess: How far to go past the kernel's interfaces on the live machine.
  public init(_ host: Host, rawAccess: RawAccess = .samples) {
    record = host.record
    hypervisor = host.hypervisor()
    decision = HypervisorDecision.decide(on: host, hypervisor)
    let facts = SystemFacts(host)
    let ecam = ECAMWindows(host, facts)
    let restriction = MachineRestriction(host, hypervisor)
    self.facts = facts
    self.ecam = ecam
    self.restriction = restriction
    var modes = [AccessModeReport.sysfs(host, facts), .procfs(host, facts)]
    if !host.isLive || rawAccess != .none {
      modes += [.mechanism1(host, facts), .ecam(host, facts, ecam, restriction)]
    }
    self.modes = modes
    let kernel = KernelAccessReader(host, facts, ecam)
    kernelConventional = kernel.conventional
    kernelExtended = kernel.extended
    comparison =
      !host.isLive || rawAccess == .everyFunction
      ? MechanismComparison(host, facts, ecam, restriction, kernel: kernelConventional)
      : MechanismComparison()
  }
}
