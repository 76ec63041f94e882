import GuestProtocol

/// One check of a suite: what is done, and what a specification wants to be seen then.
public struct Check: Sendable {
  let id: StaticString
  let clause: StaticString
  let body: @Sendable () throws(Missing) -> Finding

  /// A check whose wanted value is known beforehand.
  ///
  /// - Parameters:
  ///   - id: The name: `suite.subject.aspect`.
  ///   - clause: The specification and section that decides.
  ///   - wanted: What is wanted.
  ///   - body: Does what is to be checked and returns what it saw.
  public init(
    _ id: StaticString, _ clause: StaticString, wants wanted: ReportedValue,
    _ body: @escaping @Sendable () throws(Missing) -> ReportedValue
  ) {
    self.id = id
    self.clause = clause
    self.body = { () throws(Missing) in .compare(wanted, try body()) }
  }

  /// A check that finds out what is wanted while it runs.
  ///
  /// - Parameters:
  ///   - id: The name: `suite.subject.aspect`.
  ///   - clause: The specification and section that decides.
  ///   - body: Does what is to be checked and returns what it wanted and saw.
  public init(
    _ id: StaticString, _ clause: StaticString,
    _ body: @escaping @Sendable () throws(Missing) -> Finding
  ) {
    self.id = id
    self.clause = clause
    self.body = body
  }

  /// A check of what no specification fixes.
  ///
  /// - Parameters:
  ///   - id: The name: `suite.subject.aspect`.
  ///   - clause: The specification and section that leaves it open.
  ///   - body: Does what is to be observed and returns what it saw.
  public init(
    observing id: StaticString, _ clause: StaticString,
    _ body: @escaping @Sendable () throws(Missing) -> ReportedValue
  ) {
    self.id = id
    self.clause = clause
    self.body = { () throws(Missing) in .observed(try body()) }
  }
}

/// What a check found.
public enum Finding {
  /// A value that was wanted, and the one that was seen.
  case compared(wanted: ReportedValue, saw: ReportedValue)
  /// A condition that more than one value meets, and the value that was seen.
  case expected(StaticString, saw: ReportedValue, passed: Bool)
  /// A value that no specification fixes.
  case observed(ReportedValue)

  /// Passes where both values are equal.
  public static func compare(_ wanted: ReportedValue, _ saw: ReportedValue) -> Finding {
    .compared(wanted: wanted, saw: saw)
  }

  /// Passes where a condition holds that more than one value meets.
  ///
  /// - Parameters:
  ///   - wanted: The condition in words.
  ///   - saw: The value.
  ///   - passed: Whether the value meets the condition.
  public static func expect(
    _ wanted: StaticString, _ saw: ReportedValue, _ passed: Bool
  ) -> Finding {
    .expected(wanted, saw: saw, passed: passed)
  }
}

/// What a machine lacks for a check: the check is skipped.
public struct Missing: Error {
  let requirement: StaticString

  /// Creates the error.
  ///
  /// - Parameter requirement: One word, as in `provides` of `hypervisors.yml`.
  public init(_ requirement: StaticString) { self.requirement = requirement }
}

extension ReportedValue {
  /// A 32-bit value with all its digits.
  public static func bits32(_ value: UInt32) -> ReportedValue {
    .hexadecimal(UInt64(value), digits: 8)
  }

  /// A 16-bit value with all its digits.
  public static func bits16(_ value: UInt32) -> ReportedValue {
    .hexadecimal(UInt64(value), digits: 4)
  }

  /// An 8-bit value with all its digits.
  public static func bits8(_ value: UInt32) -> ReportedValue {
    .hexadecimal(UInt64(value), digits: 2)
  }

  /// A number of things.
  public static func count(_ value: Int) -> ReportedValue { .decimal(UInt64(value)) }
}
