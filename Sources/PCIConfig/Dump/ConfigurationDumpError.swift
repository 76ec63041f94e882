/// Why a text is no dump of configuration space.
public struct ConfigurationDumpError: Error, Equatable, Sendable {
  /// What is wrong with a line.
  public enum Reason: Equatable, Sendable {
    /// Something else than bytes of two hexadecimal digits, with a blank between them.
    case malformedBytes
    /// More than the 4096 bytes of a function.
    case tooManyBytes
  }

  /// The line, counted from 1.
  public let line: Int
  /// What is wrong with it.
  public let reason: Reason

  /// Creates an error.
  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }
}

extension ConfigurationDumpError: CustomStringConvertible {
  /// The line and what was expected.
  public var description: String {
    let text =
      switch reason {
      case .malformedBytes: "expected an offset, a colon and bytes of two hexadecimal digits"
      case .tooManyBytes: "expected at most 4096 bytes of a function"
      }
    return "line \(line): \(text)"
  }
}
