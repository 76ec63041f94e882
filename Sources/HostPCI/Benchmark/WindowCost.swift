import PCIConfig

/// What the cost of ECAM says about its window: a hypervisor may map it for reading, so that a read
/// costs no exit, or take an exit for each read.
///
/// It rests on figures alone, and therefore only says what it looks like.
public struct WindowCost: Equatable, Sendable {
  /// What it looks like.
  public enum Verdict: String, Sendable {
    /// A window that is mapped for reading: reads do not exit.
    case mapped
    /// Every read exits.
    case exiting
    /// The figures fit neither.
    case undecided
    /// No access is known to exit, as there is no hypervisor or it emulates the processor; or ECAM
    /// was not measured.
    case notJudged = "not-judged"
  }

  /// What a read through ECAM costs in the median, in nanoseconds, without the call around it;
  /// `nil` where it was not measured.
  public let ecam: UInt32?
  /// The same through mechanism 1, measured in the same way.
  public let mechanism1: UInt32?
  /// What it looks like.
  public let verdict: Verdict

  /// Below so many nanoseconds a read does not exit: an exit and the entry after it alone cost more.
  static let mappedLimit: UInt32 = 250
  /// From so many nanoseconds on a read exits: memory that is mapped is not so slow.
  static let exitLimit: UInt32 = 500
  /// Where mechanism 1, which always exits, does not cost so many times as much, the figures do not
  /// show exits.
  static let factor: UInt32 = 4

  /// Judges.
  ///
  /// - Parameters:
  ///   - ecam: What a read through ECAM costs, in nanoseconds, without the call around it.
  ///   - mechanism1: The same through mechanism 1.
  ///   - mayExit: Whether there is a hypervisor, and the processor is not emulated; `nil` where that
  ///     is not known.
  public init(ecam: UInt32?, mechanism1: UInt32?, mayExit: Bool?) {
    self.ecam = ecam
    self.mechanism1 = mechanism1
    guard let ecam, mayExit == true else {
      verdict = .notJudged
      return
    }
    let isFarCheaper = mechanism1.map { $0 / Self.factor >= max(ecam, 1) } ?? true
    switch ecam {
    case ..<Self.mappedLimit: verdict = isFarCheaper ? .mapped : .undecided
    case Self.exitLimit...: verdict = .exiting
    default: verdict = .undecided
    }
  }

  /// The rule in one sentence.
  package static let rule =
    "mapped is below \(mappedLimit) ns and at most 1/\(factor) of mechanism 1 where that was "
    + "measured, exiting is from \(exitLimit) ns on"

  /// The verdict with its figures; `nil` where there is nothing to judge.
  public var sentence: String? {
    guard let ecam, verdict != .notJudged else { return nil }
    let figures =
      "a read through ECAM costs \(ecam) ns"
      + (mechanism1.map { ", through mechanism 1 \($0) ns" } ?? "")
    let words =
      switch verdict {
      case .mapped: "looks like a window that is mapped for reading: reads do not exit"
      case .exiting: "looks like a window whose reads exit to the hypervisor"
      case .undecided, .notJudged: "it cannot be told whether reads exit"
      }
    return "\(words); \(figures) (\(Self.rule))"
  }
}
