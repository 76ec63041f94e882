import Dispatch
import Glibc
import Synchronization

/// Where the signal handler writes the number of each signal.
nonisolated(unsafe) private var signalPipe: Int32 = -1

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT as calls, so that what was started can be ended.
///
/// The handlers write to a pipe: no signal is lost between the moment they are there and the moment
/// somebody listens, also where the shell had this program ignore SIGINT, as it does for commands
/// in the background.
struct Interruption {
  private final class Received: Sendable {
    let signal = Mutex<Int32?>(nil)
  }

  private let received = Received()
  private let readEnd: Int32
  private let source: any DispatchSourceRead

  /// Begins to note signals.
  init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "two descriptors for a pipe")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    readEnd = ends[0]
    signalPipe = ends[1]
    source = DispatchSource.makeReadSource(fileDescriptor: ends[0])
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
      signal(number) { number in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(signalPipe, &byte, 1)
        errno = before
      }
    }
  }

  /// Calls a function for each signal, those that have come already included.
  ///
  /// - Parameter action: The function. To be set once.
  func listen(_ action: @escaping @Sendable () -> Void) {
    source.setEventHandler { [readEnd, received] in
      var number: UInt8 = 0
      guard read(readEnd, &number, 1) == 1 else { return }
      received.signal.withLock { [number] in $0 = $0 ?? Int32(number) }
      action()
    }
    source.activate()
  }

  /// Ends this program as the signal would have.
  func end() -> Never {
    let number = received.signal.withLock { $0 } ?? SIGTERM
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }
}
