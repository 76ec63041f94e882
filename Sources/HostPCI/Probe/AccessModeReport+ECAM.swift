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

  /// No region can be tried: there is none, or only root may see it.
  static func noRegion(
    _ host: Host, _ facts: SystemFacts, _ windows: ECAMWindows
  ) -> AccessModeReport {
    var evidence = windows.remarks
    switch windows.table {
    case .failed(let failure): evidence.append("\(failure)")
    case .absent(let path): evidence.append("\(path) does not exist")
    case .known: break
    }
    evidence += windows.kernelResources.map { "/proc/iomem: \($0)" }
    func report(
      _ availability: Availability, _ causes: [String], _ remedies: [String]
    ) -> AccessModeReport {
      AccessModeReport(
        mode: .ecam, conventional: availability, extended: availability, evidence: evidence,
        causes: causes, remedies: remedies)
    }
    guard !windows.kernelResources.isEmpty || windows.table.failure != nil else {
      let isUnrecorded = !host.tells(of: "/proc/iomem") && facts.memory.value == nil
      return isUnrecorded
        ? report(.unknown, ["the record does not tell of ECAM regions"], [])
        : report(.missing, ["nothing here tells of an ECAM region"], [])
    }
    let memory = host.askMemory()
    evidence.append(memory.description)
    if let failure = memory.answer.failure {
      let refusal = Refusal.ofMemory(failure, facts)
      return report(refusal.isMissing ? .missing : .refused, refusal.causes, refusal.remedies)
    }
    return report(
      .refused, ["where the ECAM region is, only root may see"],
      ["run it as root (sudo)"])
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
        let refusal = Refusal.ofMemory(failure, facts)
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
