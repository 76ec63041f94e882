import KVM
import Synchronization

/// What ends a guest: the wish of another thread, or what one of its processors has come to.
final class StopRequest: Sendable {
  private struct State {
    var wanted: Ending?
    var outcome: Outcome?
  }

  /// What a processor has come to.
  struct Outcome: Sendable {
    let result: Result<Ending, KVMError>
    /// The processor's number.
    let processor: Int
  }

  private let state = Mutex(State())
  private let kicks: [Kick]
  private let chipset: Chipset

  /// - Parameters:
  ///   - kicks: Those of all processors.
  ///   - chipset: What they share, in which one may wait.
  init(kicks: [Kick], _ chipset: Chipset) {
    self.kicks = kicks
    self.chipset = chipset
  }

  /// Ends the guest; the first wish counts.
  func stop(_ wanted: Ending) {
    state.withLock { if $0.wanted == nil { $0.wanted = wanted } }
    for kick in kicks { kick() }
    // Behind the kicks: a processor whose output waited shall not run on to an end of its own.
    chipset.stopWaiting()
  }

  /// Ends the guest since one of its processors has ended; the first one counts.
  func finish(_ outcome: Outcome) {
    state.withLock { if $0.outcome == nil { $0.outcome = outcome } }
    for kick in kicks { kick() }
  }

  /// How the guest shall end, or `nil` where nobody wants it to.
  var wanted: Ending? { state.withLock(\.wanted) }

  /// What a processor has come to, or `nil` where none has come to anything.
  var outcome: Outcome? { state.withLock(\.outcome) }

  /// Whether processors shall stop.
  var isStopping: Bool { state.withLock { $0.wanted != nil || $0.outcome != nil } }
}
