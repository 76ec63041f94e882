import GuestProtocol

/// A known difference from the specification, as `deviations.yml` describes it.
public struct Deviation: Equatable, Sendable {
  /// Which checks show it.
  public var check: Glob
  /// Which hypervisors show it.
  public var hypervisors: [Glob]
  /// The product behind them, or `nil` for any.
  public var product: String?
  /// Which versions of the product show it, or `nil` for all.
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
    check: Glob, hypervisors: [Glob], product: String? = nil, versions: VersionRange? = nil,
    saw: String, why: String, reference: String, source: String
  ) {
    self.check = check
    self.hypervisors = hypervisors
    self.product = product
    self.versions = versions
    self.saw = saw
    self.why = why
    self.reference = reference
    self.source = source
  }

  /// Whether it speaks of a check on a hypervisor, whatever the version.
  ///
  /// - Parameters:
  ///   - check: The check.
  ///   - hypervisor: The hypervisor's name.
  ///   - product: The product behind it.
  public func concerns(_ check: CheckID, on hypervisor: String, of product: String) -> Bool {
    self.check.matches(check.text) && (self.product ?? product) == product
      && hypervisors.contains { $0.matches(hypervisor) }
  }
}
