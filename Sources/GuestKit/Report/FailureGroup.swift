/// Failures that a person should read as one: the same of a check on several hypervisors, or the
/// same of several checks.
struct FailureGroup: Equatable {
  var suite: String
  /// Which checks of the suite were asked for, as patterns; empty for all.
  var patterns: [String]
  var checks: [String]
  var hypervisors: [String]
  /// What they share; its `check` is the first one's.
  var verdict: Verdict
  /// Whether these are all selected checks of the suite.
  var isWholeSuite: Bool

  /// How many lines of noise are shown.
  static let noiseLimit = 5

  /// The failures of a report, in its order.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - shown: Checks that are shown in another way.
  static func groups(of report: Report, besides shown: Set<String>) -> [FailureGroup] {
    var groups: [FailureGroup] = []
    for run in report.runs {
      var own: [FailureGroup] = []
      for verdict in run.verdicts
      where verdict.outcome.isFailure && !shown.contains(verdict.check) {
        if let index = own.firstIndex(where: { $0.verdict.canJoin(verdict) }) {
          own[index].checks.append(verdict.check)
        } else {
          own.append(
            FailureGroup(
              suite: run.suite, patterns: run.patterns, checks: [verdict.check],
              hypervisors: [run.hypervisor],
              verdict: verdict, isWholeSuite: false))
        }
      }
      for var group in own {
        group.isWholeSuite = group.checks.count > 1 && group.checks.count == run.verdicts.count
        if let index = groups.firstIndex(where: { $0.sharesAllBut(hypervisorsOf: group) }) {
          groups[index].hypervisors += group.hypervisors
        } else {
          groups.append(group)
        }
      }
    }
    return groups
  }

  /// What has to be named so that these checks run again.
  var selection: [String] {
    isWholeSuite ? (patterns.isEmpty ? [suite] : patterns) : checks
  }

  private func sharesAllBut(hypervisorsOf other: FailureGroup) -> Bool {
    var copy = other
    copy.hypervisors = hypervisors
    return self == copy
  }
}

extension Verdict {
  /// Whether another check's failure is the same and has nothing of its own to tell.
  fileprivate func canJoin(_ other: Verdict) -> Bool {
    guard reason != nil, saw == nil, fault == nil else { return false }
    var copy = other
    copy.check = check
    return self == copy
  }
}
