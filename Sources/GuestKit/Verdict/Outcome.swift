/// What a check came to on a hypervisor.
public enum Outcome: String, CaseIterable, Codable, Sendable {
  /// As the specification says.
  case pass
  /// No specification fixes it: recorded, never judged.
  case observed
  /// Differs, exactly as `deviations.yml` says for this hypervisor and version.
  case deviation
  /// The hypervisor does not provide what the check requires.
  case skip
  /// Differs, unexplained or explained with another value.
  case fail
  /// A deviation no longer shows, within its range of versions.
  case unexpectedPass = "unexpected-pass"
  /// The check or the harness is at fault, or nothing was reported.
  case error
  /// The guest was ended while the check ran.
  case crash
  /// The guest did not end while the check ran.
  case timeout

  /// Whether it fails a run.
  public var isFailure: Bool {
    switch self {
    case .pass, .observed, .deviation, .skip: false
    case .fail, .unexpectedPass, .error, .crash, .timeout: true
    }
  }

  /// The word for tables: failures stand out without colour.
  public var word: String {
    switch self {
    case .unexpectedPass: "UNEXP.PASS"
    default: isFailure ? rawValue.uppercased() : rawValue
    }
  }
}

extension Ending {
  /// The outcome of the check that was running.
  var outcome: Outcome {
    switch self {
    case .timeLimit, .flooded: .timeout
    case .finished, .refused, .notStarted: .error
    case .trapped, .panicked, .tripleFault, .halted, .internalError, .died: .crash
    }
  }
}
