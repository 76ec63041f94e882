import CLinux
import Glibc

/// A virtual machine: memory slots, and what creates its processors.
public struct Machine: ~Copyable, Sendable {
  let core: MachineCore
  private let virtualCPUMappingSize: Int
  private let ringOffset: Int

  /// - Parameters:
  ///   - descriptor: The machine's descriptor.
  ///   - virtualCPUMappingSize: How many bytes a processor shares with KVM.
  ///   - ringOffset: Which of them is the first one of the ring of coalesced writes.
  init(descriptor: consuming Descriptor, virtualCPUMappingSize: Int, ringOffset: Int) {
    core = MachineCore(descriptor: descriptor)
    self.virtualCPUMappingSize = virtualCPUMappingSize
    self.ringOffset = ringOffset
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
    let state = RunState(mapping: try Mapping(count: virtualCPUMappingSize, of: created))
    return VirtualCPU(
      descriptor: created, state: state, machine: core,
      coalescedRing: core.coalescedRing(mappedBy: state, at: ringOffset))
  }
}

/// `0x` and the digits.
func hexadecimal(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
