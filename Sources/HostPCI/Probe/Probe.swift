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

  /// What is accessed past the kernel's interfaces to PCI on the live machine. What a recording holds
  /// is always used.
  public enum RawAccess: Equatable, Sendable {
    /// Nothing.
    case none
    /// Modes among ``AccessMode/mechanism1`` and ``AccessMode/ecam``: one function through the ports,
    /// two functions of each ECAM region that has evidence.
    case samples(Set<AccessMode>)
    /// Both modes, and every function through ECAM.
    case everyFunction

    func includes(_ mode: AccessMode, of host: Host) -> Bool {
      switch self {
      case _ where !host.isLive: true
      case .none: false
      case .samples(let modes): modes.contains(mode)
      case .everyFunction: true
      }
    }
  }

  /// Looks at a machine.
  ///
  /// Nothing is written but, where mechanism 1 is tried on the live machine, CONFIG_ADDRESS, whose
  /// former value is restored.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - rawAccess: What is accessed past the kernel's interfaces on the live machine.
  public init(_ host: Host, rawAccess: RawAccess = .none) {
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
    modes.append(
      rawAccess.includes(.mechanism1, of: host)
        ? .mechanism1(host, facts) : .notRequested(.mechanism1))
    modes.append(
      rawAccess.includes(.ecam, of: host)
        ? .ecam(host, facts, ecam, restriction) : .notRequested(.ecam))
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
