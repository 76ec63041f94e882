import GuestProtocol

/// Collects verdicts on the checks of one suite over as many boots as it takes.
struct SuiteTally {
  /// The checks that should report, in their order.
  let selected: [CheckID]
  private let judge: Judge
  private var verdicts: [CheckID: Verdict] = [:]
  private var remaining: ArraySlice<CheckID>
  /// What is wrong with the run as a whole, in words.
  private(set) var problems: [String] = []

  init(selected: [CheckID], judge: Judge) {
    self.selected = selected
    self.judge = judge
    remaining = selected[...]
  }

  /// A verdict on every check; one on which nothing is known yet is an error.
  var allVerdicts: [Verdict] {
    selected.map { verdicts[$0] ?? Verdict(check: $0.text, outcome: .error, reason: "not reported") }
  }

  /// Takes in a boot.
  ///
  /// - Parameters:
  ///   - transcript: What the guest said.
  ///   - ending: How the boot ended.
  /// - Returns: The check behind which another boot should start, or `nil` where there is no
  ///   need for one or where it would be in vain.
  mutating func add(_ transcript: Transcript, ending: Ending) -> CheckID? {
    problems += transcript.violations
    if let plan = transcript.plan, plan != remaining.count {
      problems.append(
        "the guest announced \(plan) checks: \(remaining.count) were selected")
    }
    for result in transcript.results { take(result) }

    let blamed = transcript.running.flatMap { remaining.contains($0) ? $0 : nil }
    if let running = transcript.running, blamed == nil {
      problems.append(
        "\(ending) while \(running) ran, which was not selected or had reported already")
    }
    guard let stop = blamed ?? transcript.results.last(where: { remaining.contains($0.check) })?.check
    else {
      close(remaining, with: failure(ending, transcript))
      return nil
    }
    let index = remaining.firstIndex(of: stop) ?? remaining.startIndex
    let behind = remaining[(index + 1)...]
    close(
      remaining[..<index], with: ("the guest did not report it, though it reported \(stop)", .error))
    if let blamed {
      close([blamed], with: failure(ending, transcript), fault: transcript, ending)
    } else if !ending.isFinished {
      problems.append("\(ending), after \(stop) had reported and before another check began")
    } else {
      close(behind, with: ("the guest finished without reporting it", .error))
      return nil
    }
    remaining = behind
    return behind.isEmpty ? nil : stop
  }

  private mutating func take(_ result: Transcript.Result) {
    if !selected.contains(result.check) {
      problems.append("\(result.check) reported, though it was not selected or is not in the image")
    } else if var earlier = verdicts[result.check] {
      earlier.outcome = .error
      earlier.reason = "the check reported more than once"
      verdicts[result.check] = earlier
    } else {
      verdicts[result.check] = judge.verdict(on: result)
    }
  }

  private mutating func close(
    _ checks: some Sequence<CheckID>, with failure: (reason: String, outcome: Outcome),
    fault transcript: Transcript? = nil, _ ending: Ending? = nil
  ) {
    for check in checks where verdicts[check] == nil {
      var verdict = Verdict(check: check.text, outcome: failure.outcome, reason: failure.reason)
      verdict.noise = transcript?.noise ?? []
      if case .trapped(let fault) = ending { verdict.fault = fault }
      verdicts[check] = verdict
    }
  }

  /// What to say of a check that an ending kept from reporting.
  private func failure(
    _ ending: Ending, _ transcript: Transcript
  ) -> (reason: String, outcome: Outcome) {
    switch ending {
    case .finished:
      if transcript.running != nil {
        return ("the guest finished before the check reported", .error)
      }
      return (silence(transcript) ?? "the guest finished without reporting it", .error)
    case .refused, .notStarted: return (ending.description, .error)
    default:
      let silence = transcript.running == nil ? silence(transcript).map { "; \($0)" } ?? "" : ""
      return (ending.description + silence, ending.outcome)
    }
  }

  /// What a guest printed that has printed no record.
  private func silence(_ transcript: Transcript) -> String? {
    guard !transcript.hasRecords else { return nil }
    guard let first = transcript.noise.first else { return "the guest printed nothing" }
    return "the guest printed no record, only such as: \(first.prefix(60))"
  }
}
