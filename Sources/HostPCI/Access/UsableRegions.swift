import LinuxHost
import PCIConfig

/// The ECAM regions of a machine that may be touched, as far as the system permits.
struct UsableRegions: Sendable {
  private let windows: ECAMWindows
  private let restriction: MachineRestriction

  /// Collects the regions that are vouched for, and asks for the right to map each.
  ///
  /// - Throws: ``AccessUnavailable`` where none is left.
  init(_ host: Host) throws(AccessUnavailable) {
    func unavailable(_ reason: String) -> AccessUnavailable {
      AccessUnavailable(mode: .ecam, reason: reason)
    }
    let facts = SystemFacts(host)
    let windows = ECAMWindows(host, facts)
    restriction = MachineRestriction(host, host.hypervisor())
    guard !windows.windows.isEmpty else {
      let report = AccessModeReport.noRegion(host, facts, windows)
      let parts =
        report.evidence.suffix(1) + [(report.causes + report.remedies).joined(separator: "; ")]
      throw unavailable(parts.joined(separator: ": "))
    }
    self.windows = windows
    var reasons: [String] = []
    for window in windows.windows {
      if let objection = window.objection(under: restriction) {
        reasons.append(objection)
      } else if let failure = host.askMap(window.region) {
        reasons.append("\(failure): \(AccessDiagnosis.ofMemory(failure, facts).line)")
      } else {
        return
      }
    }
    throw unavailable(reasons.joined(separator: "; "))
  }

  /// The region that is taken for a function.
  func region(of function: FunctionAddress) throws(AccessFailure) -> ECAMRegion {
    guard let region = windows.usableRegion(for: function, under: restriction) else {
      throw .noRegion(windows.decoding(function).compactMap { $0.objection(under: restriction) })
    }
    return region
  }
}
