/// What is wrong with a file that a person wrote.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The file, as it was named.
  public let file: String
  /// The line, from 1, where there is one to blame.
  public let line: Int?
  /// What is wrong, naming the offending text and what was expected.
  public let problem: String

  /// Creates an error.
  public init(file: String, line: Int?, problem: String) {
    self.file = file
    self.line = line
    self.problem = problem
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// `file:line: problem`.
  public var description: String {
    line.map { "\(file):\($0): \(problem)" } ?? "\(file): \(problem)"
  }
}
