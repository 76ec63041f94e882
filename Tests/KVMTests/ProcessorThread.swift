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

/// Writes as they were handled, by whichever thread.
final class Log: Sendable {
  private let writes = Mutex<[CoalescedWrite]>([])

  func append(_ write: CoalescedWrite) { writes.withLock { $0.append(write) } }

  var all: [CoalescedWrite] { writes.withLock(\.self) }
}
