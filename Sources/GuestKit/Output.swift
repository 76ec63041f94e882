import Glibc

/// Writing to this program's streams.
public enum Output {
  /// Writes text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - descriptor: The stream's file descriptor.
  /// - Returns: Whether everything was written; a reader that has gone away is no error.
  @discardableResult
  public static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        return errno == EPIPE
      }
    }
    return true
  }
}
