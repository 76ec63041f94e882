import Glibc
import KVM
import Synchronization

/// A thread that raises the interrupt lines of devices while no processor needs this program: when
/// the guest has ended an interrupt, and when it is time for the clock's.
struct InterruptWatch: ~Copyable {
  private final class Work: Sendable {
    let chipset: Chipset
    let request: StopRequest
    let isStopping = Atomic<Bool>(false)

    init(_ chipset: Chipset, _ request: StopRequest) {
      self.chipset = chipset
      self.request = request
    }

    func run() {
      do {
        while !isStopping.load(ordering: .acquiring) { try chipset.waitForInterrupts() }
      } catch {
        request.finish(.init(result: .failure(error), processor: 0))
      }
    }
  }

  private let work: Unmanaged<Work>
  private let thread: pthread_t

  /// Starts to watch.
  ///
  /// - Throws: A `KVMError` of `pthread_create`.
  init(_ chipset: Chipset, until request: StopRequest) throws(KVMError) {
    let work = Unmanaged.passRetained(Work(chipset, request))
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeUnretainedValue().run()
        return nil
      }, work.toOpaque())
    guard failure == 0 else {
      work.release()
      throw KVMError(call: "pthread_create", argument: "interrupts", errno: failure)
    }
    self.work = work
    self.thread = thread
  }

  /// Ends the thread and waits for it.
  consuming func stop() {
    let watch = work.takeUnretainedValue()
    watch.isStopping.store(true, ordering: .releasing)
    watch.chipset.wakeInterruptWatch()
    pthread_join(thread, nil)
    work.release()
  }
}
