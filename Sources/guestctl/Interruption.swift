import Dispatch
import Glibc
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a call, so that what was started can be ended.
struct Interruption {
  private final class Received: Sendable {
    let signal = Mutex<Int32?>(nil)
  }

  private let received = Received()
  private let sources: [any DispatchSourceSignal]

  /// Begins to watch.
  ///
  /// - Parameter action: Called on each signal.
  init(_ action: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM, SIGHUP].map { [received] number in
      // The default action would end this program before the source hears of the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        received.signal.withLock { $0 = $0 ?? number }
        action()
      }
      source.activate()
      return source
    }
  }

  /// Ends this program as the signal would have.
  func end() -> Never {
    for source in sources { source.cancel() }
    let number = received.signal.withLock { $0 } ?? SIGTERM
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }
}

/// Lets writes to a pipe without a reader fail instead of ending this program.
func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }
