import LinuxHost
import PCIConfig

extension AccessModeReport {
  /// Tries ECAM: in each region that is vouched for, the first and the last function that the
  /// kernel knows, compared with what sysfs reads.
  static func ecam(
    _ host: Host, _ facts: SystemFacts, _ windows: ECAMWindows, _ restriction: MachineRestriction
  ) -> AccessModeReport {
    guard !windows.windows.isEmpty else { return noRegion(host, facts, windows) }
    var outcome = Outcome(restriction: restriction)
    for window in windows.windows { outcome.judge(window, host, facts) }
    return AccessModeReport(
      mode: .ecam, conventional: outcome.availability, extended: outcome.availability,
      evidence: outcome.evidence, causes: outcome.causes, remedies: outcome.remedies)
  }

  private struct Outcome {
    let restriction: MachineRestriction
    var evidence: [String] = []
    private(set) var causes: [String] = []
    var remedies: [String] = []
    private var seen: Set<Availability> = []
    private var seenCauses: Set<String> = []

    init(restriction: MachineRestriction) { self.restriction = restriction }

    /// What counts of several regions: one that works, else the most telling failure.
    var availability: Availability {
      [.works, .refused, .missing, .unknown].first { seen.contains($0) } ?? .nothingThere
    }

    mutating func judge(_ window: ECAMWindow, _ host: Host, _ facts: SystemFacts) {
      if let objection = window.objection(under: restriction) {
        note(.unknown, objection)
        return
      }
      let answering = host.answeringFunctions(in: window.region, facts)
      guard let first = answering.first, let last = answering.last else {
        note(.nothingThere, "\(window.name) has no function that could be compared: not tried")
        return
      }
      // A region that is decoded wrongly often still answers for 00:00.0.
      for function in first == last ? [first] : [first, last] {
        guard compare(function, in: window.region, host, facts) else { return }
      }
      seen.insert(.works)
    }

    /// Whether a function answers as in sysfs.
    private mutating func compare(
      _ function: KnownFunction, in region: ECAMRegion, _ host: Host, _ facts: SystemFacts
    ) -> Bool {
      let comparison = FunctionComparison(function, in: region, host)
      for answer in comparison.answers where !evidence.contains(answer.description) {
        evidence.append(answer.description)
      }
      switch comparison.result {
      case .same: return true
      case .notRecorded: note(.unknown, "the record does not hold the answer")
      case .refused(let failure):
        let refusal = AccessDiagnosis.ofMemory(failure, facts)
        for cause in refusal.causes { note(refusal.isMissing ? .missing : .refused, cause) }
        for remedy in refusal.remedies where !remedies.contains(remedy) { remedies.append(remedy) }
      case .differs(let register, let expected):
        note(
          .missing,
          "\(function.mode.rawValue) reads 0x\(hexadecimal(expected, digits: 8)) for "
            + "\(function.address) register \(register): the region cannot be trusted")
      case .noReference(let register):
        note(
          .missing,
          "\(function.mode.rawValue) does not read \(function.address) register \(register): "
            + "no comparison")
      }
      return false
    }

    private mutating func note(_ availability: Availability, _ cause: String) {
      seen.insert(availability)
      if seenCauses.insert(cause).inserted { causes.append(cause) }
    }
  }
}
