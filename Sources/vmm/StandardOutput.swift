import Glibc
import ToolSupport
import VirtualMachine

/// Standard output, unbuffered.
final class StandardOutput: ByteSink {
  /// The error number of the write that failed, or `nil` while none has.
  private(set) var failure: Int32?

  func write(_ bytes: [UInt8]) -> Bool {
    failure = ToolSupport.write(bytes, to: STDOUT_FILENO)
    return failure == nil
  }
}
