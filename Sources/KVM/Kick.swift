import CLinux
import Glibc

/// A handle with which any thread ends a processor's run.
public struct Kick: Sendable {
  let state: RunState

  /// The signal that takes a thread out of `KVM_RUN`.
  ///
  /// Its handler does nothing. A thread's first run of a processor unblocks it in that thread; whoever
  /// blocks it there afterwards, for example by restoring an older signal mask, loses kicks.
  public static let signal = __libc_current_sigrtmin()

  /// Makes the processor's present call of ``VirtualCPU/run()``, or else its next one, return
  /// ``Exit/interrupted``.
  ///
  /// The next one returns before a single instruction is executed. Several kicks may end the same
  /// run.
  public func callAsFunction() { state.kick() }

  /// Makes the signal harmless, once in the life of the process.
  static func prepare() { _ = handlerIsInstalled }

  private static let handlerIsInstalled: Bool = {
    let installed = clinux_install_kick_handler(signal) == 0
    precondition(installed, "the first real-time signal takes no handler")
    return installed
  }()
}
