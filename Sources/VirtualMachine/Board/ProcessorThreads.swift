import Glibc
import KVM

/// Threads that run a processor each.
struct ProcessorThreads: ~Copyable {
  private final class Work: Sendable {
    let processor: Processor
    let request: StopRequest

    init(_ processor: Processor, _ request: StopRequest) {
      self.processor = processor
      self.request = request
    }
  }

  private var threads: [pthread_t] = []

  /// Starts the threads. Where one cannot be started, that ends the guest.
  init(_ processors: some Sequence<Processor>, until request: StopRequest) {
    for processor in processors {
      let work = Unmanaged.passRetained(Work(processor, request))
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
          work.processor.run(until: work.request)
          return nil
        }, work.toOpaque())
      guard failure == 0 else {
        work.release()
        let error = KVMError(
          call: "pthread_create", argument: "processor \(processor.number)", errno: failure)
        request.finish(.init(result: .failure(error), processor: processor.number))
        return
      }
      threads.append(thread)
    }
  }

  /// Waits for their ends.
  consuming func join() {
    for thread in threads { pthread_join(thread, nil) }
  }
}
