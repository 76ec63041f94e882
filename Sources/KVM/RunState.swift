import CLinux
import Glibc
import Synchronization

/// The page that a processor shares with KVM (`struct kvm_run`, api.rst 5), and who is inside
/// `KVM_RUN`.
///
/// A class, because handles that kick the processor may outlive it.
final class RunState: @unchecked Sendable {
  private let mapping: Mapping
  /// The thread that is about to call, or inside, `KVM_RUN`; 0 where there is none.
  private let runningThread = Atomic<Int32>(0)
  private let kicksUnderWay = Atomic<Int>(0)

  init(mapping: consuming Mapping) {
    precondition(mapping.bytes.count >= MemoryLayout<kvm_run>.size)
    self.mapping = mapping
  }

  var run: UnsafeMutablePointer<kvm_run> {
    // The mapping is never empty, so its base address is never nil.
    mapping.bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: kvm_run.self)
  }

  /// The bytes of a port access (`data_offset` of `kvm_run.io`), checked against the mapping.
  func portData(offset: UInt64, count: Int) -> UnsafeMutableRawBufferPointer {
    precondition(
      offset <= UInt64(mapping.bytes.count) && count <= mapping.bytes.count - Int(offset),
      "KVM placed the data of a port access outside of its mapping")
    return UnsafeMutableRawBufferPointer(rebasing: mapping.bytes[Int(offset)..<Int(offset) + count])
  }

  /// The page at an offset, checked against the mapping.
  func page(at offset: Int) -> UnsafeMutableRawPointer {
    precondition(
      offset >= 0 && offset <= mapping.bytes.count - MemorySlot.pageSize,
      "KVM placed a page outside of its mapping")
    return mapping.bytes.baseAddress.unsafelyUnwrapped + offset
  }

  func enter(thread: Int32) { runningThread.store(thread, ordering: .sequentiallyConsistent) }

  func leave() {
    runningThread.store(0, ordering: .sequentiallyConsistent)
    // Whoever read this thread's number has not signalled it yet: after this wait no signal can
    // reach the thread, or a later one with the same number, outside of run().
    while kicksUnderWay.load(ordering: .sequentiallyConsistent) != 0 { sched_yield() }
  }

  /// Ends the present `KVM_RUN`, or the next one as soon as it starts.
  ///
  /// No window is left. `immediate_exit` is stored before the thread is looked up, and run()
  /// publishes its thread before KVM looks at `immediate_exit`, all in one sequentially consistent
  /// order. So either the thread is seen here and gets a signal, which ends `KVM_RUN` if it has
  /// begun and is followed by `immediate_exit` if it has not; or it is not seen, and then its
  /// KVM_RUN finds `immediate_exit` set.
  func kick() {
    kicksUnderWay.add(1, ordering: .sequentiallyConsistent)
    clinux_store_immediate_exit(run, 1)
    let thread = runningThread.load(ordering: .sequentiallyConsistent)
    if thread != 0 { _ = clinux_signal_thread(getpid(), thread, Kick.signal) }
    kicksUnderWay.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// Takes back `immediate_exit`.
  ///
  /// A kick that comes later than this acts on the next run; one that came
  /// earlier is answered by the run that has just been interrupted.
  func consumeKick() { _ = clinux_exchange_immediate_exit(run, 0) }
}
