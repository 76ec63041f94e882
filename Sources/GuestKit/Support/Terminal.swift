import Glibc

/// The terminal that a stream writes to, if there is one.
public enum Terminal {
  /// The width of a stream's terminal in columns: the value of `COLUMNS`, else the width of
  /// the terminal, else 80.
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
