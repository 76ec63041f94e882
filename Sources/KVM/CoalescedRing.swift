import CLinux
import Synchronization

/// The writes that a machine's guest made to its ``CoalescedZone``s and that nobody has handled yet
/// (`struct kvm_coalesced_mmio_ring`, api.rst 4.116 `KVM_(UN)REGISTER_COALESCED_MMIO`).
///
/// A machine has one ring for memory and ports, and all its processors write to it in the order of
/// their writes. They are older than the exit that a processor stops for: whoever handles the exit
/// first must handle them. ``VirtualCPU/run(draining:)`` does it in this order.
///
/// A class, because all processors of a machine share it; it may outlive them.
public final class CoalescedRing: @unchecked Sendable {
  /// How many writes the ring holds. While it is full, writes to zones leave the guest as ever.
  public static let capacity = entryCount - 1

  /// KVM tells a full ring from an empty one by an entry that it leaves free.
  private static let entryCount =
    (MemorySlot.pageSize - headerSize) / MemoryLayout<kvm_coalesced_mmio>.stride
  private static let headerSize = 2 * MemoryLayout<UInt32>.stride

  /// Keeps the page mapped.
  private let owner: RunState
  private let first: UnsafeMutablePointer<UInt32>
  private let last: UnsafeMutablePointer<UInt32>
  private let entries: UnsafeMutablePointer<kvm_coalesced_mmio>
  private let consumer = Mutex(())

  /// - Parameters:
  ///   - page: The page in a processor's mapping that holds the ring, 4096 bytes.
  ///   - owner: What keeps it mapped.
  init(page: UnsafeMutableRawPointer, owner: RunState) {
    self.owner = owner
    first = page.assumingMemoryBound(to: UInt32.self)
    last = first + 1
    entries = (page + Self.headerSize).assumingMemoryBound(to: kvm_coalesced_mmio.self)
  }

  /// Hands over the writes that are in the ring now, oldest first, and frees their places.
  ///
  /// One thread at a time drains; another one waits until it has finished, so that no thread
  /// handles its exit before all older writes are handled. An empty ring costs two loads.
  ///
  /// - Parameter body: Handles a write. It must not drain the ring itself, which traps.
  /// - Throws: What `body` throws. The write that it was given counts as handled, those after it
  ///   stay in the ring.
  public func drain<Failure: Error>(
    _ body: (CoalescedWrite) throws(Failure) -> Void
  ) throws(Failure) {
    guard clinux_load_acquire(first) != clinux_load_acquire(last) else { return }
    try consumer.withLock { (_) throws(Failure) in
      // No further than the end is now: a processor that goes on writing must not hold up this one.
      let end = index(last)
      var next = index(first)
      while next != end {
        let write = CoalescedWrite(entries[next])
        next = (next + 1) % Self.entryCount
        // Freed last: who finds the ring empty may take all its writes for handled.
        defer { clinux_store_release(first, UInt32(next)) }
        try body(write)
      }
    }
  }

  private func index(_ word: UnsafeMutablePointer<UInt32>) -> Int {
    let index = Int(clinux_load_acquire(word))
    precondition(
      index < Self.entryCount,
      "index \(index) in a ring of \(Self.entryCount) coalesced writes: its page was overwritten")
    return index
  }
}

extension CoalescedRing {
  /// The index of the oldest write, and that of the next free entry.
  var indices: (first: UInt32, last: UInt32) {
    get { (clinux_load_acquire(first), clinux_load_acquire(last)) }
    set {
      clinux_store_release(first, newValue.first)
      clinux_store_release(last, newValue.last)
    }
  }
}
