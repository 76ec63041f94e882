import Glibc
import KVM
import VirtualMachine

/// Standard output, unbuffered. Whoever does not read it holds up the guest, but nobody who wants to
/// end it.
final class StandardOutput: ByteSink {
  /// The error number of the write that failed, or `nil` while none has.
  private(set) var failure: Int32?
  /// Has a count from ``stopWaiting()`` on.
  private let stopped: EventDescriptor

  /// - Throws: A `KVMError` of `eventfd`.
  init() throws(KVMError) { stopped = try EventDescriptor() }

  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    // A pipe that has room takes PIPE_BUF bytes without waiting, more than the port has at a time.
    while !rest.isEmpty, waitForRoom() {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR && errno != EAGAIN {
        failure = errno
        return false
      }
    }
    return true
  }

  func stopWaiting() {
    // The counter cannot overflow: there is one end to a run, or two.
    try? stopped.signal()
  }

  /// - Returns: `false` where there is no room and nobody waits for it any more.
  private func waitForRoom() -> Bool {
    var events = [
      pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: stopped.fileDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    while events.allSatisfy({ $0.revents == 0 }) {
      // Interrupted by the signal of a kick, it changes nothing.
      _ = poll(&events, nfds_t(events.count), -1)
    }
    return events[0].revents != 0
  }
}
