/// One line of a guest's report. The grammar stands at ``RecordWriter``.
public enum Record: Equatable, Sendable {
  /// The first line, with KTAP's version.
  case version(Int)
  /// How many checks will report.
  case plan(Int)
  /// A check begins.
  case start(CheckID)
  /// A check passed, observed, or failed.
  case result(number: Int, CheckID, passed: Bool)
  /// A check was skipped because the machine lacks something.
  case skip(number: Int, CheckID, requirement: String)
  /// What the check before compared.
  case compared(wanted: String, saw: String, clause: String)
  /// The condition that the check before expected to hold, in words, and what it saw.
  case expected(condition: String, saw: String, clause: String)
  /// What the check before saw and no specification fixes.
  case observed(String, clause: String)
  /// A figure.
  case metric(CheckID, unit: String, value: UInt64)
  /// An exception ended the run.
  case fault(Fault)
  /// The runtime gave up.
  case panic(String)
  /// A comment for people.
  case message(String)
  /// A line that is none of these; what is not printable stands as `\xNN`.
  case noise(String)
}
