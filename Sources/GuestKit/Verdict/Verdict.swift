/// What a check came to on a hypervisor, and why.
public struct Verdict: Equatable, Codable, Sendable {
  /// Why a difference is known.
  public struct Explanation: Equatable, Codable, Sendable {
    /// Why the hypervisor differs.
    public var why: String
    /// The clause, source or public report that says so.
    public var reference: String

    /// Creates an explanation.
    public init(why: String, reference: String) {
      self.why = why
      self.reference = reference
    }
  }

  /// The check's name.
  public var check: String
  /// What it came to.
  public var outcome: Outcome
  /// What the specification wants.
  public var wanted: String?
  /// What the guest saw.
  public var saw: String?
  /// The clause of the specification.
  public var clause: String?
  /// What a skipped check requires.
  public var requirement: String?
  /// Why the difference is known.
  public var explanation: Explanation?
  /// What happened, where it was not the check that said so.
  public var reason: String?
  /// The exception that ended the guest.
  public var fault: FaultReport?
  /// What a person should know besides.
  public var notes: [String] = []
  /// The first lines that the guest printed during the check and that are no records.
  public var noise: [String] = []

  /// Creates a verdict.
  public init(check: String, outcome: Outcome, reason: String? = nil) {
    self.check = check
    self.outcome = outcome
    self.reason = reason
  }
}
