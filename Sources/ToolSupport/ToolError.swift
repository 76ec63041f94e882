/// Why a command ends without its result.
public struct ToolError: Error, Equatable {
  /// One line: what failed, why, and what to do.
  public let text: String
  /// The exit status.
  public let status: Int32

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - text: One line: what failed, why, and what to do.
  ///   - status: The exit status.
  public init(_ text: String, status: Int32) {
    self.text = text
    self.status = status
  }

  /// Something could not be run or read: status 2.
  public static func cannotRun(_ text: String) -> ToolError { ToolError(text, status: 2) }

  /// The command line is wrong: status 64.
  public static func usage(_ text: String) -> ToolError { ToolError(text, status: 64) }
}
