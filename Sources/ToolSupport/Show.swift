import Glibc

/// Writes all of a text to standard output.
///
/// A reader that closes the pipe early is no failure: the rest is dropped. If standard output was
/// closed from the start, the program exits with status 2 without a message.
///
/// - Parameter text: The text.
/// - Throws: ``ToolError`` where the text cannot be written.
public func show(_ text: String) throws(ToolError) {
  switch write(Array(text.utf8), to: STDOUT_FILENO) {
  case nil, EPIPE: return
  case EBADF: exit(2)
  case .some(let number):
    throw .cannotRun("standard output: \(String(cString: strerror(number)))")
  }
}

/// Lets writes to a pipe without a reader fail instead of ending this program.
public func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

/// Writes everything.
///
/// - Parameters:
///   - bytes: The bytes.
///   - descriptor: Where they go.
/// - Returns: The error number where that fails.
public func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
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
