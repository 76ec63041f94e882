import GuestProtocol

/// Collects verdicts on the checks of one suite over as many boots as it takes.
///
/// A guest runs its checks in an order that only it knows.
struct SuiteTally {
  private let judge: Judge
  /// Verdicts in the order in which they came to be.
  private(set) var verdicts: [Verdict] = []
  /// What is wrong with the run as a whole, in words.
  private(set) var problems: [String] = []
  private let selected: Set<CheckID>
  private var remaining: [CheckID]

  /// Creates a tally.
  ///
  /// - Parameters:
  ///   - selected: The checks that should report.
  ///   - judge: Judges what they report.
  init(selected: [CheckID], judge: Judge) {
    self.judge = judge
    self.selected = Set(selected)
    remaining = selected
  }

  /// Takes in a boot.
  ///
  /// - Parameters:
  ///   - transcript: What the guest said.
  ///   - ending: How the boot ended.
  /// - Returns: The check behind which another boot should start, or `nil` where every check has
  ///   its verdict. Each boot but the last settles at least one check.
  mutating func add(_ transcript: Transcript, ending: Ending) -> CheckID? {
    for violation in transcript.violations { complain(violation) }
    if let plan = transcript.plan, plan != remaining.count {
      complain("the guest announced \(counted(plan, "check")), expected \(remaining.count)")
    }
    let before = remaining.count
    for result in transcript.results { take(result) }
    var last = transcript.results.last?.check
    if let running = transcript.running {
      if settle(running, failure(ending, transcript)) {
        last = running
      } else {
        complain(
          "\(ending) while \(running) ran, which should not have run or had reported already")
      }
    } else if !ending.isFinished, let last {
      complain("\(ending), after \(last) had reported and before another check began")
    }
    let goesOn = transcript.running != nil || !ending.isFinished
    if goesOn, let last, remaining.count < before { return remaining.isEmpty ? nil : last }
    for check in remaining { _ = settle(check, failure(ending, transcript)) }
    return nil
  }

  private mutating func take(_ result: Transcript.Result) {
    if let index = remaining.firstIndex(of: result.check) {
      remaining.remove(at: index)
      verdicts.append(judge.verdict(on: result))
    } else if let index = verdicts.firstIndex(where: { $0.check == result.check.text }) {
      verdicts[index].outcome = .error
      verdicts[index].reason = "the check reported more than once"
    } else if selected.contains(result.check) {
      preconditionFailure("\(result.check) has neither a verdict nor remains")
    } else {
      complain("\(result.check) reported, though it was not selected or is not in the image")
    }
  }

  /// Gives a check that did not report its verdict, unless it has one or was not selected.
  private mutating func settle(_ check: CheckID, _ verdict: Verdict) -> Bool {
    guard let index = remaining.firstIndex(of: check) else { return false }
    remaining.remove(at: index)
    var verdict = verdict
    verdict.check = check.text
    verdicts.append(verdict)
    return true
  }

  private mutating func complain(_ problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  /// What to say of a check that an ending kept from reporting.
  private func failure(_ ending: Ending, _ transcript: Transcript) -> Verdict {
    var reason = ending.description
    if case .finished = ending {
      reason =
        transcript.running == nil
        ? "the guest finished without reporting it" : "the guest finished before the check reported"
    }
    if let silence = silence(of: transcript, ending) { reason += "; \(silence)" }
    var verdict = Verdict(check: "", outcome: ending.outcome, reason: reason)
    verdict.noise = transcript.noise
    if case .trapped(let fault) = ending { verdict.fault = fault }
    return verdict
  }

  private func silence(of transcript: Transcript, _ ending: Ending) -> String? {
    switch ending {
    case .refused, .notStarted: nil
    default:
      if transcript.hasRecords {
        nil
      } else if transcript.noise.isEmpty {
        "it printed nothing"
      } else {
        "it printed no record, only garbage"
      }
    }
  }
}
