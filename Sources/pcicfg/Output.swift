import Glibc

/// Standard output and standard error, and the end of the program.
enum Output {
  /// Why the program ends without its result.
  struct Failure: Error {
    /// One line: what, and why.
    let message: String
    /// The exit status.
    let status: Int32

    init(_ message: String, status: Int32) {
      self.message = message
      self.status = status
    }
  }

  /// Writes all of a text to standard output.
  ///
  /// A reader that has enough is no failure: the program then ends at once and says nothing. Where
  /// standard output was closed from the start it says nothing either, but the status tells.
  static func write(_ text: String) throws(Failure) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EPIPE { exit(0) }
      if count < 0 && errno == EBADF { exit(2) }
      guard count >= 0 else {
        throw Failure("standard output: \(String(cString: strerror(errno)))", status: 2)
      }
      written += count
    }
  }

  /// Says on standard error why the program ends, and ends it.
  static func end(_ failure: Failure) -> Never {
    let bytes = Array("pcicfg: \(failure.message)\n".utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(failure.status)
  }
}
