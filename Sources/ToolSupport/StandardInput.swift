import Glibc

/// Reads standard input to its end.
///
/// - Parameter limit: The largest number of bytes.
/// - Throws: ``ToolError`` with status 2 where it cannot be read or is longer.
public func readStandardInput(limit: Int) throws(ToolError) -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    if count == 0 { return bytes }
    if count > 0 {
      bytes += buffer[..<count]
      guard bytes.count <= limit else {
        throw .cannotRun("standard input: expected at most \(limit) bytes")
      }
    } else if errno != EINTR {
      throw .cannotRun("standard input: \(String(cString: strerror(errno)))")
    }
  }
}
