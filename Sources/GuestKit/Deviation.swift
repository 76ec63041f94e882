import GuestProtocol

/// A known difference from the specification, as `deviations.yml` describes it.
public struct Deviation: Equatable, Sendable {
  /// Which checks show it.
  public var check: Glob
  /// Which hypervisors show it.
  public var hypervisors: [Glob]
  /// Which versions of their product show it, or `nil` for all.
  public var versions: VersionRange?
  /// The value that such a check sees, as in the record.
  public var saw: String
  /// Why, in one sentence.
  public var why: String
  /// The clause, source or public report that says so.
  public var reference: String
  /// Where it was written, as `file:line`.
  public var source: String

  /// Creates a deviation.
  public init(
    check: Glob, hypervisors: [Glob], versions: VersionRange? = nil, saw: String, why: String,
    reference: String, source: String
  ) {
    self.check = check
    self.hypervisors = hypervisors
    self.versions = versions
    self.saw = saw
    self.why = why
    self.reference = reference
    self.source = source
  }

  /// Whether it speaks of a check on a hypervisor, whatever the version.
  public func concerns(_ check: CheckID, on hypervisor: String) -> Bool {
    self.check.matches(check.text) && hypervisors.contains { $0.matches(hypervisor) }
  }
}
