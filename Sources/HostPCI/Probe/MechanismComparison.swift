import LinuxHost
import PCIConfig

/// Which functions show the same through mechanism 1 and through ECAM.
///
/// sysfs stands for mechanism 1, where the kernel uses that: no port is touched.
public struct MechanismComparison: Equatable, Sendable {
  /// The functions that show the same, ascending.
  public private(set) var agreeing: [FunctionAddress] = []
  /// The functions that do not, ascending.
  public private(set) var differing: [FunctionAddress] = []
  /// Why functions were not compared, each cause once.
  public private(set) var causes: [String] = []
  private var seen: Set<String> = []
  /// What would help, the simplest first.
  public private(set) var remedies: [String] = []

  /// Nothing is compared, as nobody asked for it.
  init() {
    causes = ["not requested"]
    remedies = ["as root, --compare reads every function through ECAM (/dev/mem)"]
  }

  /// Compares every function of segment 0 that has power and lies in a region that may be touched.
  init(
    _ host: Host, _ facts: SystemFacts, _ windows: ECAMWindows, _ restriction: MachineRestriction,
    kernel: KernelAccess
  ) {
    guard kernel.mechanism == .mechanism1 else {
      causes = ["the kernel is not known to use mechanism 1: sysfs cannot stand for it"]
      return
    }
    let known = windows.windows.filter { $0.region.segment == 0 }
    if known.isEmpty {
      if windows.hiddenRegions.contains(where: { $0.segment == 0 }) {
        causes = ["only root may see where the kernel's ECAM region is"]
        remedies = ["run it as root (sudo)"]
      } else {
        causes = ["no ECAM region of segment 0 is known"]
      }
    }
    for window in known {
      if let objection = window.objection(under: restriction) {
        note(objection)
        continue
      }
      for function in host.answeringFunctions(in: window.region, facts) {
        guard compare(function, in: window.region, host, facts) else { break }
      }
    }
    agreeing.removeAll { differing.contains($0) }
  }

  /// Compares a function, and tells whether to go on with the region.
  private mutating func compare(
    _ function: KnownFunction, in region: ECAMRegion, _ host: Host, _ facts: SystemFacts
  ) -> Bool {
    switch FunctionComparison(function, in: region, host).result {
    case .same: agreeing.append(function.address)
    case .differs: differing.append(function.address)
    case .noReference(let register):
      note("\(function.mode.rawValue) does not read \(function.address) register \(register)")
    case .notRecorded: note("the record does not hold what ECAM answers for each function")
    case .refused(let failure):
      let refusal = AccessDiagnosis.ofMemory(failure, facts)
      note("\(failure)")
      refusal.causes.forEach { note($0) }
      remedies += refusal.remedies.filter { !remedies.contains($0) }
      return false
    }
    return true
  }

  /// Why functions were not compared and what would help, in one sentence; `nil` where none is
  /// left out.
  public var note: String? {
    causes.isEmpty ? nil : "not compared: " + (causes + remedies).joined(separator: "; ")
  }

  private mutating func note(_ cause: String) {
    if seen.insert(cause).inserted { causes.append(cause) }
  }
}
