import Glibc
import GuestProtocol
import KVM

/// What a guest's exits to user space cost, by address and direction, as `perf kvm stat report`
/// tells it, and by the sections that the guest marks.
///
/// The time of an exit is that from the return of `KVM_RUN` until all is done that the guest waits
/// for and it can be entered again. What the processor and the kernel need for the way out and back
/// is not in it.
public struct ExitProfile: Equatable, Sendable {
  /// What lies outside of all sections, then the sections in the order in which they first began.
  public private(set) var sections = [ProfileSection()]
  private var current = 0
  /// How many addresses all sections together tell of.
  private var addressCount = 0

  /// How many sections a guest can have. What it marks as further ones counts as outside.
  public static let sectionLimit = 1000

  /// How many addresses all sections together tell of, each as often as it is told. A guest may touch
  /// far more than anybody wants to read of, or has memory for: the rest is counted together.
  public static let addressLimit = 1 << 14

  /// Creates a profile without exits.
  public init() {}

  /// Everything, as one section without a name.
  public var total: ProfileSection {
    sections.reduce(into: ProfileSection()) { $0.add($1) }
  }

  /// Counts an exit.
  ///
  /// Writes to the port that marks sections belong to none.
  ///
  /// - Parameters:
  ///   - exit: Why the processor has left the guest.
  ///   - nanoseconds: How long it took until the guest could be entered again.
  public mutating func record(_ exit: Exit, nanoseconds: UInt64) {
    let access = ProfiledAccess(exit)
    let isMark = access == ProfiledAccess(.port(SectionMark.port), .write)
    change(isMark ? 0 : current) {
      $0.record(access, nanoseconds: nanoseconds, hasRoom: $1)
    }
  }

  /// Counts a write that the ring of coalesced writes has handed over.
  public mutating func record(_ write: CoalescedWrite) {
    change(current) { $0.recordCoalescedWrite(to: write.address, hasRoom: $1) }
  }

  /// Counts writes that have rung a doorbell.
  ///
  /// - Parameters:
  ///   - doorbell: The doorbell.
  ///   - count: How often it was rung, as its counter tells.
  public mutating func record(_ doorbell: Doorbell, count: UInt64) {
    change(current) { $0.recordDoorbell(at: doorbell.address, count: count, hasRoom: $1) }
  }

  /// Lets a section count something, and tells it whether there is room for another address.
  private mutating func change(
    _ number: Int, _ body: (inout ProfileSection, _ hasRoom: Bool) -> Void
  ) {
    let before = sections[number].addressCount
    body(&sections[number], addressCount < Self.addressLimit)
    addressCount += sections[number].addressCount - before
  }

  /// Begins a section, or goes on with it where there was one of this name.
  ///
  /// - Parameter name: The name; empty for what lies outside of all sections.
  public mutating func enter(section name: String) {
    if let known = sections.firstIndex(where: { $0.name == name }) {
      current = known
    } else if sections.count <= Self.sectionLimit {
      sections.append(ProfileSection(name: name))
      current = sections.count - 1
    } else {
      current = 0
    }
  }

  /// The time in nanoseconds of a clock that never goes back.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
