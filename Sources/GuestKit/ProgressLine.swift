import Glibc
import Synchronization

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
