import Glibc
import KVM
import Synchronization
import Testing

/// A thread with a processor of its own.
final class ProcessorThread {
  private var processor: VirtualCPU?
  private let body: @Sendable (inout VirtualCPU) throws -> Void
  private var failure: (any Error)?
  private var thread = pthread_t()

  /// Starts a thread that does `body`.
  init(
    _ processor: consuming VirtualCPU, _ body: @escaping @Sendable (inout VirtualCPU) throws -> Void
  ) throws {
    self.processor = consume processor
    self.body = body
    let created = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<ProcessorThread>.fromOpaque(argument).takeRetainedValue().work()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    try #require(created == 0)
  }

  private func work() {
    guard var processor = processor.take() else { return }
    do { try body(&processor) } catch { failure = error }
  }

  /// Waits for its end and throws what `body` threw.
  func join() throws {
    pthread_join(thread, nil)
    if let failure { throw failure }
  }
}

/// Values on their way from one thread to another.
final class Mailbox<Value: Sendable>: @unchecked Sendable {
  private let values = Mutex<[Value]>([])
  private let count = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(count, 0, 0) }

  deinit {
    sem_destroy(count)
    count.deallocate()
  }

  func send(_ value: Value) {
    values.withLock { $0.append(value) }
    sem_post(count)
  }

  /// Takes the oldest value, or `nil` where none comes within a time.
  func receive(within seconds: Double = 10) -> Value? {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let nanoseconds = deadline.tv_nsec + Int(seconds * 1e9)
    deadline.tv_sec += nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    while sem_timedwait(count, &deadline) != 0 {
      if errno != EINTR { return nil }
    }
    return values.withLock { $0.removeFirst() }
  }
}

/// Writes as they were handled, by whichever thread.
final class Log: Sendable {
  private let writes = Mutex<[CoalescedWrite]>([])

  func append(_ write: CoalescedWrite) { writes.withLock { $0.append(write) } }

  var all: [CoalescedWrite] { writes.withLock(\.self) }
}
