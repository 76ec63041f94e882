import GuestProtocol

/// Turns what a check reported into a verdict.
public struct Judge: Sendable {
  /// The hypervisor's name.
  public var hypervisor: String
  /// The product behind it.
  public var product: String
  /// What the hypervisor provides.
  public var provides: [String]
  /// The version of the product, where it is known.
  public var version: ProductVersion?
  /// The known deviations of all hypervisors.
  public var deviations: [Deviation]

  /// Creates a judge.
  public init(
    hypervisor: String, product: String, provides: [String], version: ProductVersion?,
    deviations: [Deviation]
  ) {
    self.hypervisor = hypervisor
    self.product = product
    self.provides = provides
    self.version = version
    self.deviations = deviations
  }

  /// Judges what a check reported.
  public func verdict(on result: Transcript.Result) -> Verdict {
    var verdict = Verdict(check: result.check.text, outcome: .pass)
    verdict.noise = result.noise
    switch result.word {
    case .passed: judge(passed: result, &verdict)
    case .failed: judge(failed: result, &verdict)
    case .skipped(let requirement):
      verdict.requirement = requirement
      verdict.outcome = .skip
      if provides.contains(requirement) {
        verdict.outcome = .error
        verdict.reason =
          "skipped for want of \(requirement), which \(hypervisor) provides by its description"
      }
    }
    return verdict
  }

  private func judge(passed result: Transcript.Result, _ verdict: inout Verdict) {
    if let contradiction = Self.contradiction(in: result) {
      verdict.outcome = .error
      verdict.reason = contradiction
      Self.take(result.comparisons, &verdict)
      return
    }
    if result.observations.isEmpty {
      Self.take(result.comparisons, &verdict)
    } else {
      verdict.outcome = .observed
      Self.take(result.observations, &verdict)
      verdict.wanted = nil
    }
    let known = concerning(result.check)
    if let deviation = known.first(where: { applies($0) == true }) {
      verdict.outcome = .unexpectedPass
      verdict.reason =
        "\(deviation.source) says that it sees \(deviation.saw); this no longer shows"
        + (version.map { " in version \($0)" } ?? "")
    }
    for deviation in known where applies(deviation) != true {
      verdict.notes.append("\(Self.outside(deviation, version)) and does not show")
    }
  }

  /// What is wrong about the details of a check that passed, or `nil`.
  private static func contradiction(in result: Transcript.Result) -> String? {
    let different = result.comparisons.first { !$0.isCondition && $0.wanted != $0.saw }
    if let different {
      return "the check passed though it wanted \(different.wanted) and saw \(different.saw)"
    }
    return result.comparisons.isEmpty && result.observations.isEmpty
      ? "the check passed without saying what it saw" : nil
  }

  private func judge(failed result: Transcript.Result, _ verdict: inout Verdict) {
    verdict.outcome = .fail
    let different = result.comparisons.filter { $0.isCondition || $0.wanted != $0.saw }
    Self.take(different.isEmpty ? result.comparisons : different, &verdict)
    guard let saw = verdict.saw else {
      verdict.reason = "the check failed without saying what it saw"
      return
    }
    for deviation in concerning(result.check) {
      if applies(deviation) != true {
        verdict.notes.append(Self.outside(deviation, version))
      } else if deviation.saw == saw {
        verdict.outcome = .deviation
        verdict.explanation = Verdict.Explanation(
          why: deviation.why, reference: deviation.reference)
        verdict.notes = []
        return
      } else {
        verdict.notes.append("\(deviation.source) explains another value, \(deviation.saw)")
      }
    }
    let elsewhere = deviations.filter {
      $0.saw == saw && $0.product == product && $0.check.matches(result.check.text)
        && !$0.concerns(result.check, on: hypervisor, of: product)
    }
    for deviation in elsewhere {
      let names = deviation.hypervisors.map(\.description).joined(separator: ", ")
      verdict.notes.append("\(deviation.source) explains this value of \(product), called \(names)")
    }
  }

  private func concerning(_ check: CheckID) -> [Deviation] {
    deviations.filter { $0.concerns(check, on: hypervisor, of: product) }
  }

  /// Whether a deviation speaks of this version; `nil` where that cannot be told.
  private func applies(_ deviation: Deviation) -> Bool? {
    guard let range = deviation.versions else { return true }
    return version.map { range.contains($0) }
  }

  private static func outside(_ deviation: Deviation, _ version: ProductVersion?) -> String {
    let range = deviation.versions.map { "\($0)" } ?? ""
    let here = version.map { "this is \($0)" } ?? "this one's version is not known"
    return "\(deviation.source) is for versions \(range), \(here)"
  }

  private static func take(_ comparisons: [Transcript.Comparison], _ verdict: inout Verdict) {
    guard !comparisons.isEmpty else { return }
    verdict.wanted = comparisons.map(\.wanted).joined(separator: ", ")
    verdict.saw = comparisons.map(\.saw).joined(separator: ", ")
    var clauses: [String] = []
    for clause in comparisons.map(\.clause) where !clause.isEmpty && !clauses.contains(clause) {
      clauses.append(clause)
    }
    verdict.clause = clauses.isEmpty ? nil : clauses.joined(separator: "; ")
  }
}
