import PCIConfig

/// What a policy makes of a probe, all functions together.
public struct ProbeDecision: Equatable, Sendable {
  /// A mechanism, and the functions that it is for.
  public struct Choice: Equatable, Sendable {
    /// The decision for the first of the functions.
    public let decision: AccessDecision
    /// The functions, ascending.
    public internal(set) var functions: [FunctionAddress]

    /// Whether they are in segment 0, where the kernel may use another mechanism than elsewhere.
    package var isInSegment0: Bool { functions.first?.segment == 0 }
  }

  /// The policy.
  public let policy: AccessPolicy
  /// Registers 0x00 to 0xff: for each mechanism a choice, functions of segment 0 apart, in the order
  /// of their first functions.
  public let conventional: [Choice]
  /// Registers 0x100 to 0xfff.
  public let extended: [Choice]
  /// Why nothing is decided, or `nil`.
  public let obstacle: String?

  /// Decides for every function that the kernel knows.
  ///
  /// - Parameters:
  ///   - probe: What was found out.
  ///   - policy: The policy.
  public init(_ probe: Probe, _ policy: AccessPolicy = .default) {
    self.policy = policy
    let functions = probe.facts.functions.value?.map(\.address) ?? []
    guard let facts = probe.accessFacts, !functions.isEmpty else {
      conventional = []
      extended = []
      obstacle =
        functions.isEmpty
        ? "the system knows no PCI function" : "it is not known whether there is a hypervisor"
      return
    }
    conventional = Self.choices(functions) { policy.decide($0, 0x00, on: facts) }
    extended = Self.choices(functions) { policy.decide($0, 0x100, on: facts) }
    obstacle = nil
  }

  private static func choices(
    _ functions: [FunctionAddress], _ decide: (FunctionAddress) -> AccessDecision
  ) -> [Choice] {
    var choices: [Choice] = []
    for function in functions {
      let decision = decide(function)
      let index = choices.firstIndex {
        $0.decision.mechanism == decision.mechanism && $0.isInSegment0 == (function.segment == 0)
      }
      if let index {
        choices[index].functions.append(function)
      } else {
        choices.append(Choice(decision: decision, functions: [function]))
      }
    }
    return choices
  }
}

extension Probe {
  /// What a reader should know of the facts that decisions rest on, a sentence each: what was not
  /// compared, what cannot be seen here, and what would help.
  public func notes(on decisions: [AccessDecision]) -> [String] {
    let reasons = decisions.flatMap(\.reasons)
    var notes: [String] = []
    if isOfDump {
      notes.append(
        "whether mechanism 1 answers is not known, and taken for yes, as on every PC: a dump does "
          + "not tell")
    } else if !mechanism1Answers, kernelConventional.mechanism == .unknown {
      notes.append(
        "whether mechanism 1 answers is not known, and taken for no: "
          + kernelConventional.evidence.joined(separator: "; "))
    }
    let lacksRegion = reasons.contains { if case .noRegion = $0 { true } else { false } }
    if lacksRegion, isOfDump {
      notes.append("which ECAM regions there are is not known: a dump does not tell")
    } else if lacksRegion, ecam.hiddenRegions.isEmpty, let failure = ecam.table.failure {
      notes.append("which ECAM regions there are is not known: \(failure)")
    }
    if reasons.contains(where: { if case .notCompared = $0 { true } else { false } }),
      let note = comparison.note
    {
      notes.append(note)
    }
    if let remedy = restriction.remedy { notes.append(remedy) }
    return notes
  }
}
