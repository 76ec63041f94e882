import GuestProtocol

/// Why guests could not be run at all.
public enum RunFailure: Error, Equatable, Sendable {
  /// A file or folder could not be written, and why.
  case cannotWrite(String, String)
  /// An image cannot hold what the guest is to be told.
  case parameters(suite: String, ParameterBlockError)
  /// The run was interrupted.
  case interrupted
}

extension RunFailure: CustomStringConvertible {
  /// What failed and why, in one line.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "\(path): \(reason)"
    case .parameters(let suite, let error): "suite \(suite): \(error)"
    case .interrupted: "interrupted"
    }
  }
}
