/// What a memory slot shows to the guest and where (`struct kvm_userspace_memory_region`,
/// api.rst 4.35 `KVM_SET_USER_MEMORY_REGION`).
public struct MemorySlot: Sendable {
  /// The size of a page, the unit of addresses and sizes of slots, in bytes.
  public static let pageSize = 4096

  /// What guests may do with a slot's memory.
  public enum Access: Equatable, Sendable {
    /// Reads and writes reach the memory.
    case readWrite
    /// Reads reach the memory, writes leave the guest as memory writes and change nothing
    /// (`KVM_MEM_READONLY`).
    case readOnly
  }

  /// The address of the first byte in the guest's physical memory, a multiple of 4096.
  public var address: UInt64
  /// The memory behind the slot.
  public var memory: GuestMemory
  /// The part of ``memory`` that the slot shows; both bounds are multiples of 4096.
  public var range: Range<Int>
  /// What guests may do.
  public var access: Access
  /// Whether KVM keeps a bitmap of the pages that were written (`KVM_MEM_LOG_DIRTY_PAGES`).
  public var logsDirtyPages: Bool

  /// Describes a slot.
  ///
  /// - Parameters:
  ///   - address: The guest's physical address, a multiple of 4096.
  ///   - memory: The memory behind the slot.
  ///   - range: The part of it to show, in whole pages; all of it where `nil`.
  ///   - access: What guests may do.
  ///   - logsDirtyPages: Whether KVM notes the pages that were written.
  public init(
    address: UInt64, memory: GuestMemory, range: Range<Int>? = nil, access: Access = .readWrite,
    logsDirtyPages: Bool = false
  ) {
    let range = range ?? 0..<memory.count
    precondition(
      range.lowerBound >= 0 && range.upperBound <= memory.count,
      "\(range) is outside of memory of \(memory.count) bytes")
    self.address = address
    self.memory = memory
    self.range = range
    self.access = access
    self.logsDirtyPages = logsDirtyPages
  }
}
