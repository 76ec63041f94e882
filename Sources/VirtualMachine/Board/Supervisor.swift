import CLinux
import Glibc
import KVM

/// A thread that watches the clock and signals while a guest runs.
struct Supervisor: ~Copyable {
  /// What the thread works on.
  private final class Watch: Sendable {
    let signals: Int32
    let end: Int32
    let deadline: ContinuousClock.Instant?
    let request: StopRequest

    init(
      signals: Int32, end: Int32, deadline: ContinuousClock.Instant?, request: StopRequest
    ) {
      self.signals = signals
      self.end = end
      self.deadline = deadline
      self.request = request
    }

    deinit {
      close(signals)
      close(end)
    }

    func run() {
      var events = [
        pollfd(fd: end, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      ]
      while true {
        let ready = poll(&events, nfds_t(events.count), timeout)
        if events[0].revents != 0 { return }
        if ready > 0 && events[1].revents != 0 {
          var information = signalfd_siginfo()
          let size = MemoryLayout<signalfd_siginfo>.size
          guard Glibc.read(signals, &information, size) == size else { continue }
          request.stop(.signalled(Int32(information.ssi_signo)))
          return
        }
        if let deadline, ContinuousClock.now >= deadline {
          request.stop(.timeLimit)
          return
        }
      }
    }

    /// Milliseconds to the deadline, rounded up: the thread never wakes early and spins.
    private var timeout: Int32 {
      guard let deadline else { return -1 }
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return 0 }
      let (seconds, attoseconds) = left.components
      return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
  }

  private let watch: Unmanaged<Watch>
  private let thread: pthread_t
  /// The signals that were not blocked before.
  private let blocked: sigset_t

  /// Starts to watch.
  ///
  /// - Parameters:
  ///   - limit: How long the guest may run; `nil` for ever.
  ///   - signals: The signals that end it. They are blocked in the calling thread from now on;
  ///     threads that exist already must have blocked them.
  ///   - request: Who is told.
  /// - Throws: A `KVMError` of the call that failed.
  init(limit: Duration?, signals: [Int32], request: StopRequest) throws(KVMError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    let signalDescriptor = signalfd(-1, &set, CLINUX_SFD_CLOEXEC)
    guard signalDescriptor >= 0 else { throw KVMError(call: "signalfd", errno: errno) }
    let endDescriptor = eventfd(0, CLINUX_EFD_CLOEXEC)
    guard endDescriptor >= 0 else {
      let failure = errno
      close(signalDescriptor)
      throw KVMError(call: "eventfd", errno: failure)
    }
    let watch = Unmanaged.passRetained(
      Watch(
        signals: signalDescriptor, end: endDescriptor,
        deadline: limit.map { ContinuousClock.now + $0 }, request: request))
    // The new thread inherits the mask: nobody but the descriptor gets these signals.
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &set, &before)
    var blocked = sigset_t()
    sigemptyset(&blocked)
    for signal in signals where sigismember(&before, signal) == 0 { sigaddset(&blocked, signal) }
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Watch>.fromOpaque(argument).takeUnretainedValue().run()
        return nil
      }, watch.toOpaque())
    guard failure == 0 else {
      watch.release()
      pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
      throw KVMError(call: "pthread_create", errno: failure)
    }
    self.watch = watch
    self.thread = thread
    self.blocked = blocked
  }

  /// Ends the thread and waits for it.
  consuming func stop() {
    _ = eventfd_write(watch.takeUnretainedValue().end, 1)
    pthread_join(thread, nil)
    watch.release()
    // Not the whole mask as it was: the processor has unblocked the signal of its kicks since.
    var blocked = blocked
    pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
  }
}
