import Glibc
import TestSupport
import Testing

@testable import VirtualMachine

/// A thread that blocks all signals and then works.
final class SignalBlockingThread: Sendable {
  private let work: @Sendable () -> [Ending?]
  private let results = Mailbox<[Ending?]>()

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
        this.results.send(this.work())
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    try #require(created == 0)
    pthread_detach(thread)
  }

  /// Waits for what the work returns; `nil` if it hangs.
  func result() -> [Ending?]? { results.receive() }
}
