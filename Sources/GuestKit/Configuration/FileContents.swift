import Glibc

/// The contents of files and of what can be read like one, such as pipes.
enum FileContents {
  /// Reads everything, or the first bytes.
  ///
  /// - Parameters:
  ///   - file: The file's path.
  ///   - limit: How many bytes are read at most.
  /// - Throws: `DataDirectory.Failure.unreadable`.
  static func bytes(
    of file: String, limit: Int = .max
  ) throws(DataDirectory.Failure) -> [UInt8] {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(file) }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while result.count < limit {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return result }
      if count > 0 {
        result += buffer.prefix(min(count, limit - result.count))
      } else if errno != EINTR {
        throw failure(file)
      }
    }
    return result
  }

  private static func failure(_ file: String) -> DataDirectory.Failure {
    let number = errno
    let reason =
      number == ENOENT ? "there is no such file" : SystemReason.text(number)
    return .unreadable(file: file, reason: reason)
  }
}
