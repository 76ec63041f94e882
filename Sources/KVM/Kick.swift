import CLinux
import Glibc

/// A handle with which any thread ends a processor's run.
public struct Kick: Sendable {
  let state: RunState

  /// The signal that takes a thread out of `KVM_RUN`.
  ///
  /// Its handler does nothing.
  public static let signal = __libc_current_sigrtmin()

  /// Makes the processor's present call of ``VirtualCPU/run()``, or else its next one, return
  /// ``Exit/interrupted``.
  ///
  /// The next one returns before a single instruction is executed. Several kicks may end the same run.
  public func callAsFunction() { state.kick() }

  /// Prepares the calling thread to be kicked.
  static func prepareThread() -> Int32 {
    _ = handlerIsInstalled
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    return clinux_thread_id()
  }

  private static let handlerIsInstalled: Bool = {
    let installed = clinux_install_kick_handler(signal) == 0
    precondition(installed, "the first real-time signal takes no handler")
    return installed
  }()
}
