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
    let reason = write(Array(text.utf8), to: descriptor)
    return reason == nil || reason == EPIPE
  }

  /// Writes a file, which is replaced where it is there.
  ///
  /// - Throws: `RunFailure.cannotWrite`.
  public static func write(_ bytes: [UInt8], toFile file: String) throws(RunFailure) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(file, SystemReason.text(errno)) }
    defer { close(descriptor) }
    if let number = write(bytes, to: descriptor) {
      throw .cannotWrite(file, SystemReason.text(number))
    }
  }

  /// Finds out whether a file can be written; one that is not there is made, without contents.
  ///
  /// - Throws: `RunFailure.cannotWrite`.
  public static func checkWritable(file: String) throws(RunFailure) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(file, SystemReason.text(errno)) }
    close(descriptor)
  }

  /// Writes everything; the error number where that fails.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
