/// Why nothing was written.
public struct RegisterWriteFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The function and the register, and why, in one line.
  public let description: String
}
