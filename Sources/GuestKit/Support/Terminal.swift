import Glibc
import Synchronization

/// The terminal behind a stream, where there is one.
public enum Terminal {
  /// The width of a stream's terminal in columns: what `COLUMNS` says, else what the terminal
  /// says, else 80.
  ///
  /// - Parameter descriptor: The stream's file descriptor.
  public static func width(of descriptor: Int32 = STDOUT_FILENO) -> Int {
    if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 {
      return columns
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether a stream is a terminal that can rewrite a line.
  public static func canRewrite(_ descriptor: Int32 = STDERR_FILENO) -> Bool {
    isatty(descriptor) == 1 && getenv("TERM").map { String(cString: $0) } ?? "dumb" != "dumb"
  }
}

/// One line on standard error that is rewritten while guests run.
public final class ProgressLine: Sendable {
  private let lastLength = Mutex(0)
  private let width: Int

  /// Creates a line; nothing is written yet.
  public init() { width = Terminal.width(of: STDERR_FILENO) }

  /// Shows how far a run has come.
  public func show(_ progress: GuestRunner.Progress) {
    show("\(progress.done) of \(progress.count): \(progress.running.joined(separator: ", "))")
  }

  /// Removes the line.
  public func clear() { show("") }

  private func show(_ text: String) {
    lastLength.withLock { last in
      let text = String(text.prefix(width - 1))
      let blanks = String(repeating: " ", count: max(last - text.count, 0))
      Output.write("\r\(text)\(blanks)\r", to: STDERR_FILENO)
      last = text.count
    }
  }
}
