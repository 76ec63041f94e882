import Glibc
import Synchronization
import Testing

@testable import VirtualMachine

/// A thread that blocks all signals and then works.
final class SignalBlockingThread: Sendable {
  private let work: @Sendable () -> [Ending?]
  private let results = Mutex<[Ending?]?>(nil)

  init(_ work: @escaping @Sendable () -> [Ending?]) throws {
    self.work = work
    var thread = pthread_t()
    let created = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let this = Unmanaged<SignalBlockingThread>.fromOpaque(argument).takeRetainedValue()
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        let results = this.work()
        this.results.withLock { $0 = results }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    try #require(created == 0)
    pthread_detach(thread)
  }

  /// What the work returned, or `nil` where it takes longer than a number of seconds.
  func result(within seconds: Int) -> [Ending?]? {
    for _ in 0..<seconds * 100 {
      if let results = results.withLock(\.self) { return results }
      usleep(10_000)
    }
    return nil
  }
}
