import KVM
import Synchronization

/// The wish, from another thread, that a guest ends.
final class StopRequest: Sendable {
  private let ending = Mutex<Ending?>(nil)
  private let kick: Kick

  init(kick: Kick) { self.kick = kick }

  /// Ends the guest; the first wish counts.
  func stop(_ wanted: Ending) {
    ending.withLock { if $0 == nil { $0 = wanted } }
    kick()
  }

  /// How the guest shall end, or `nil` where nobody wants it to.
  var wanted: Ending? { ending.withLock(\.self) }
}
