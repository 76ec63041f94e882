import PCIConfig

extension AccessModeReport {
  /// Tries ECAM: in each region that is vouched for, the first and the last function that the
  /// kernel knows, compared with what sysfs reads.
  static func ecam(
    _ host: Host, _ facts: SystemFacts, _ windows: ECAMWindows
  ) -> AccessModeReport {
    guard !windows.windows.isEmpty else { return noRegion(host, facts, windows) }
    var outcome = Outcome()
    for window in windows.windows { outcome.judge(window, host, facts) }
    return AccessModeReport(
      mode: .ecam, conventional: outcome.availability, extended: outcome.availability,
      evidence: outcome.evidence, causes: outcome.causes, remedies: outcome.remedies)
  }

  /// No region can be tried: there is none, or only root may see it.
  private static func noRegion(
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
      let isUnrecorded = host.recordRoot != nil && facts.memory.value == nil
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
      ["run it as root (sudo pcicfg probe)"])
  }

  private struct Outcome {
    var evidence: [String] = []
    var causes: [String] = []
    var remedies: [String] = []
    private var seen: Set<Availability> = []

    /// What counts of several regions: one that works, else the most telling failure.
    var availability: Availability {
      [.works, .refused, .missing, .unknown].first { seen.contains($0) } ?? .nothingThere
    }

    mutating func judge(_ window: ECAMWindow, _ host: Host, _ facts: SystemFacts) {
      let region = window.region
      let name = "the region at 0x\(hexadecimal(region.addresses.lowerBound, digits: 1))"
      guard window.isVouchedFor else {
        note(
          .unknown,
          window.overlapsMemory
            ? "\(name) overlaps memory: not tried"
            : "\(name) is claimed, but nothing reserves or uses it: not tried")
        return
      }
      let functions = (facts.functions.value ?? []).filter {
        $0.address.segment == region.segment && region.buses.contains($0.address.bus)
      }
      // A function without power answers all ones, except through sysfs, which wakes it.
      let awake = functions.filter {
        host.line("sys/bus/pci/devices/\($0.name)/power_state").value != "D3cold"
      }
      guard let first = awake.first, let last = awake.last else {
        note(.nothingThere, "\(name) has no function that could be compared: not tried")
        return
      }
      // A region that is decoded wrongly often still answers for 00:00.0.
      for function in first == last ? [first] : [first, last] {
        guard compare(function, in: region, host, facts) else { return }
      }
      seen.insert(.works)
    }

    /// Whether a function answers as in sysfs.
    private mutating func compare(
      _ function: KnownFunction, in region: ECAMRegion, _ host: Host, _ facts: SystemFacts
    ) -> Bool {
      let answers = host.askECAM(function.address, in: region)
      for answer in answers where !evidence.contains(answer.description) {
        evidence.append(answer.description)
      }
      for answer in answers {
        switch answer.answer {
        case .absent:
          note(.unknown, "the record does not hold the answer")
          return false
        case .failed(let failure):
          let refusal = Refusal.ofMemory(failure, facts)
          for cause in refusal.causes { note(refusal.isMissing ? .missing : .refused, cause) }
          for remedy in refusal.remedies where !remedies.contains(remedy) {
            remedies.append(remedy)
          }
          return false
        case .known(let value):
          guard let register = Self.register(of: answer.question, function.address) else {
            continue
          }
          let wanted = host.doubleword(of: function, register).value
          guard value == wanted else {
            note(
              .missing,
              wanted.map {
                "sysfs reads 0x\(hexadecimal($0, digits: 8)) for \(function.address) register "
                  + "\(register): the region cannot be trusted"
              } ?? "sysfs does not read \(function.address) register \(register): no comparison")
            return false
          }
        }
      }
      return !answers.isEmpty
    }

    private static func register(
      of question: RawQuestion, _ function: FunctionAddress
    ) -> Register? {
      [Register.vendorID, .revisionID].first { .ecam(function, $0) == question }
    }

    private mutating func note(_ availability: Availability, _ cause: String) {
      seen.insert(availability)
      if !causes.contains(cause) { causes.append(cause) }
    }
  }
}
