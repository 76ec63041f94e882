import Glibc
import Synchronization

/// Passes values from one thread to another.
package final class Mailbox<Value: Sendable>: @unchecked Sendable {
  private let values = Mutex<[Value]>([])
  private let count = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  package init() { sem_init(count, 0, 0) }

  deinit {
    sem_destroy(count)
    count.deallocate()
  }

  package func send(_ value: Value) {
    values.withLock { $0.append(value) }
    sem_post(count)
  }

  /// Waits for a value and takes the oldest one.
  ///
  /// - Returns: The value, or `nil` if none comes within the limit.
  package func receive(within limit: Duration = .hangLimit) -> Value? {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let (seconds, attoseconds) = limit.components
    let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
    deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    while sem_timedwait(count, &deadline) != 0 {
      if errno != EINTR { return nil }
    }
    return values.withLock { $0.removeFirst() }
  }
}
