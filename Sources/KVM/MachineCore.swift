import CLinux
import Synchronization

/// What a machine and its processors share: as long as one of them lives, KVM may access the
/// memory.
final class MachineCore: Sendable {
  let descriptor: Descriptor
  /// The slots there are, as KVM has them.
  let slots = Mutex<[UInt32: MemorySlot]>([:])
  private let ring = Mutex<CoalescedRing?>(nil)

  init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// The machine's one ring, which every processor's mapping shows.
  func coalescedRing(mappedBy state: RunState, at offset: Int) -> CoalescedRing {
    ring.withLock { ring in
      if let ring { return ring }
      let created = CoalescedRing(page: state.page(at: offset), owner: state)
      ring = created
      return created
    }
  }
}
