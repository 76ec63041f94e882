import CLinux
import Glibc
import Synchronization

/// A virtual machine: memory slots, and what creates its processors.
public struct Machine: ~Copyable, Sendable {
  let core: MachineCore
  private let virtualCPUMappingSize: Int

  init(descriptor: consuming Descriptor, virtualCPUMappingSize: Int) {
    core = MachineCore(descriptor: descriptor)
    self.virtualCPUMappingSize = virtualCPUMappingSize
  }

  /// Creates, moves or changes a memory slot (api.rst 4.35 `KVM_SET_USER_MEMORY_REGION`).
  ///
  /// The memory lives at least as long as the slot. A slot cannot be resized, nor become read-only
  /// or writable, while it exists: remove it first.
  ///
  /// - Parameters:
  ///   - number: The slot: from 0, below what ``Extension/memorySlots`` counts.
  ///   - slot: What it shows and where.
  /// - Throws: A `KVMError`: `EINVAL` for addresses or sizes that are not whole pages and for a
  ///   change that is not possible, `EEXIST` where another slot overlaps.
  public func setSlot(_ number: UInt32, to slot: MemorySlot) throws(KVMError) {
    var region = kvm_userspace_memory_region()
    region.slot = number
    if slot.access == .readOnly { region.flags |= MachineCore.readOnly }
    if slot.logsDirtyPages { region.flags |= MachineCore.logDirtyPages }
    region.guest_phys_addr = slot.address
    region.memory_size = UInt64(slot.range.count)
    region.userspace_addr = slot.memory.address(of: slot.range.lowerBound)
    try core.set(region, keeping: slot.memory)
  }

  /// Removes a memory slot: accesses to its addresses leave the guest from now on.
  ///
  /// - Parameter number: The slot.
  /// - Throws: A `KVMError`: `EINVAL` where there is no such slot.
  public func removeSlot(_ number: UInt32) throws(KVMError) {
    var region = kvm_userspace_memory_region()
    region.slot = number
    try core.set(region, keeping: nil)
  }

  /// Tells KVM which three pages it may use for a task state segment on Intel processors without
  /// unrestricted guest mode (api.rst 4.36 `KVM_SET_TSS_ADDR`).
  ///
  /// - Parameter address: The guest's physical address below 4 GiB, a multiple of 4096, where the
  ///   guest has neither memory nor devices.
  /// - Throws: A `KVMError` where the request fails.
  public func setTSSAddress(_ address: UInt32) throws(KVMError) {
    try core.descriptor.request(
      CLINUX_KVM_SET_TSS_ADDR, "KVM_SET_TSS_ADDR", UInt(address), argument: hexadecimal(address))
  }

  /// Tells KVM which page it may use for an identity map on Intel processors without unrestricted
  /// guest mode (api.rst 4.40 `KVM_SET_IDENTITY_MAP_ADDR`).
  ///
  /// Only before the first processor is created.
  ///
  /// - Parameter address: The guest's physical address below 4 GiB, a multiple of 4096, where the
  ///   guest has neither memory nor devices.
  /// - Throws: A `KVMError`: `EINVAL` after a processor was created.
  public func setIdentityMapAddress(_ address: UInt32) throws(KVMError) {
    var value = UInt64(address)
    try core.descriptor.request(
      CLINUX_KVM_SET_IDENTITY_MAP_ADDR, "KVM_SET_IDENTITY_MAP_ADDR", structure: &value,
      argument: hexadecimal(address))
  }

  /// Creates a processor in the state that follows a reset (api.rst 4.7 `KVM_CREATE_VCPU`).
  ///
  /// - Parameter id: Its number, which becomes its APIC id.
  /// - Returns: The processor.
  /// - Throws: A `KVMError`: `EEXIST` where the number is taken.
  public func createVirtualCPU(id: UInt32 = 0) throws(KVMError) -> VirtualCPU {
    let created = Descriptor(
      owning: try core.descriptor.request(
        CLINUX_KVM_CREATE_VCPU, "KVM_CREATE_VCPU", UInt(id), argument: "id \(id)"))
    let mapping = try Mapping(count: virtualCPUMappingSize, of: created)
    return VirtualCPU(descriptor: created, state: RunState(mapping: mapping), machine: core)
  }
}

/// What a machine and its processors share: as long as one of them lives, KVM may access the
/// memory.
final class MachineCore: Sendable {
  /// `KVM_MEM_LOG_DIRTY_PAGES` and `KVM_MEM_READONLY`, macros that Swift does not import.
  static let logDirtyPages: UInt32 = 1 << 0
  static let readOnly: UInt32 = 1 << 1

  let descriptor: Descriptor
  private let memory = Mutex<[UInt32: GuestMemory]>([:])

  init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

  func set(
    _ region: kvm_userspace_memory_region, keeping backing: GuestMemory?
  ) throws(KVMError) {
    try memory.withLock { (slots) throws(KVMError) in
      var structure = region
      try descriptor.request(
        CLINUX_KVM_SET_USER_MEMORY_REGION, "KVM_SET_USER_MEMORY_REGION", structure: &structure,
        argument: "slot \(region.slot), \(region.memory_size) bytes at "
          + hexadecimal(region.guest_phys_addr)
      )
      slots[region.slot] = backing
    }
  }
}

/// `0x` and the digits.
func hexadecimal(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
