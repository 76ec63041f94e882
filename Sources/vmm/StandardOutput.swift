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
  private let descriptor: Int32
  /// How many bytes are written at a time.
  private let portion: Int

  /// - Throws: A `KVMError` of `eventfd`.
  init() throws(KVMError) {
    stopped = try EventDescriptor()
    if isatty(STDOUT_FILENO) == 0 {
      // A pipe that has room takes PIPE_BUF bytes without waiting, more than the port has at a time.
      (descriptor, portion) = (STDOUT_FILENO, Int(PIPE_BUF))
    } else if let terminal = Self.reopenedTerminal() {
      (descriptor, portion) = (terminal, Int(PIPE_BUF))
    } else {
      // What has room then takes a byte, and Linux's terminals also the two of a line's end, unless
      // others who write to the terminal are faster.
      (descriptor, portion) = (STDOUT_FILENO, 1)
    }
  }

  deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty, waitForRoom() {
      let count = rest.prefix(portion).withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Room for one byte is none for the two of a line's end, and shall not be asked for at once.
        if isStopped(within: 10) { break }
      } else if errno != EINTR {
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

  /// The terminal, through a descriptor whose writes never wait: a terminal that has room may have
  /// less than is written. `O_NONBLOCK` on standard output itself would stay behind in the shell.
  ///
  /// - Returns: `nil` where it cannot be opened, as another user's, or is the other end of a
  ///   terminal, of which opening makes a new one.
  private static func reopenedTerminal() -> Int32? {
    var status = stat()
    let multiplexer: dev_t = 0x502  // Major 5, minor 2.
    guard fstat(STDOUT_FILENO, &status) == 0, status.st_rdev != multiplexer else { return nil }
    let opened = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    return opened >= 0 ? opened : nil
  }

  /// - Returns: `false` where there is no room and nobody waits for it any more.
  private func waitForRoom() -> Bool {
    var events = [
      pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: stopped.fileDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    while events.allSatisfy({ $0.revents == 0 }) {
      // A signal that interrupts it changes nothing.
      _ = poll(&events, nfds_t(events.count), -1)
    }
    return events[0].revents != 0
  }

  /// - Parameter milliseconds: How long to wait for that.
  private func isStopped(within milliseconds: Int32) -> Bool {
    var event = pollfd(fd: stopped.fileDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, milliseconds) > 0
  }
}
