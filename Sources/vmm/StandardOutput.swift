import Glibc
import VirtualMachine

/// Standard output, unbuffered.
final class StandardOutput: ByteSink {
  /// The error number of the write that failed, or `nil` while none has.
  private(set) var failure: Int32?

  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        failure = errno
        return false
      }
    }
    return true
  }
}
