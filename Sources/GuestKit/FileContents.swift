import Glibc

/// The contents of files and of what can be read like one, such as pipes.
enum FileContents {
  /// Reads everything.
  ///
  /// - Throws: `DataDirectory.Failure.unreadable`.
  static func bytes(of file: String) throws(DataDirectory.Failure) -> [UInt8] {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(file) }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return result }
      if count > 0 {
        result += buffer.prefix(count)
      } else if errno != EINTR {
        throw failure(file)
      }
    }
  }

  private static func failure(_ file: String) -> DataDirectory.Failure {
    let number = errno
    let reason =
      number == ENOENT ? "there is no such file" : String(cString: strerror(number))
    return .unreadable(file: file, reason: reason)
  }
}
