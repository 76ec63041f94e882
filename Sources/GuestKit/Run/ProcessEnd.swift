import Glibc

/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
  /// With an exit status.
  case exited(Int32)
  /// By a signal.
  case signaled(Int32)
}

extension ProcessEnd: CustomStringConvertible {
  /// `status N` or the signal's name.
  public var description: String {
    switch self {
    case .exited(let status): "status \(status)"
    case .signaled(let signal): Self.name(of: signal)
    }
  }

  private static func name(of signal: Int32) -> String {
    switch signal {
    case SIGHUP: "SIGHUP"
    case SIGINT: "SIGINT"
    case SIGQUIT: "SIGQUIT"
    case SIGILL: "SIGILL"
    case SIGTRAP: "SIGTRAP"
    case SIGABRT: "SIGABRT"
    case SIGBUS: "SIGBUS"
    case SIGFPE: "SIGFPE"
    case SIGKILL: "SIGKILL"
    case SIGSEGV: "SIGSEGV"
    case SIGPIPE: "SIGPIPE"
    case SIGTERM: "SIGTERM"
    default: "signal \(signal)"
    }
  }
}
