import CLinux
import Glibc

/// KVM as a whole: `/dev/kvm`.
public struct System: ~Copyable, Sendable {
  let descriptor: Descriptor

  /// The version that every kernel since 2.6.22 answers (api.rst 4.1 `KVM_GET_API_VERSION`).
  public static let apiVersion: Int32 = 12

  /// Opens KVM.
  ///
  /// - Parameter path: The device node.
  /// - Throws: A `KVMError` of `open` where there is no KVM or no permission to use it, and one of
  ///   `KVM_GET_API_VERSION` with `ENOTSUP` where the version is not 12.
  public init(path: String = "/dev/kvm") throws(KVMError) {
    let opened = open(path, O_RDWR | O_CLOEXEC)
    guard opened >= 0 else { throw KVMError(call: "open", argument: path, errno: errno) }
    let descriptor = Descriptor(owning: opened)
    let version = try descriptor.request(
      CLINUX_KVM_GET_API_VERSION, "KVM_GET_API_VERSION", argument: path)
    guard version == Self.apiVersion else {
      throw KVMError(
        call: "KVM_GET_API_VERSION", argument: "version \(version) instead of \(Self.apiVersion)",
        errno: ENOTSUP)
    }
    self.descriptor = descriptor
  }

  /// What KVM answers for a capability (api.rst 4.4 `KVM_CHECK_EXTENSION`).
  ///
  /// - Parameter capability: The capability.
  /// - Returns: 0 where it is missing, else 1 or what the capability counts.
  /// - Throws: A `KVMError` where the request fails.
  public func check(_ capability: Extension) throws(KVMError) -> Int {
    Int(
      try descriptor.request(
        CLINUX_KVM_CHECK_EXTENSION, "KVM_CHECK_EXTENSION", UInt(capability.rawValue),
        argument: "\(capability.rawValue)"))
  }

  /// The CPUID leaves that this processor and KVM can give a guest
  /// (api.rst 4.46 `KVM_GET_SUPPORTED_CPUID`).
  ///
  /// - Throws: A `KVMError` where the request fails.
  public func supportedCPUID() throws(KVMError) -> [CPUIDEntry] {
    var capacity = 128
    while true {
      let table = CPUIDTable(capacity: capacity)
      if table.request(CLINUX_KVM_GET_SUPPORTED_CPUID, of: descriptor) {
        return table.entries
      }
      guard errno == E2BIG && capacity < 4096 else {
        throw KVMError(
          call: "KVM_GET_SUPPORTED_CPUID", argument: "\(capacity) entries", errno: errno)
      }
      capacity *= 2
    }
  }

  /// Creates a machine without memory or processors (api.rst 4.2 `KVM_CREATE_VM`).
  ///
  /// - Throws: A `KVMError` where the request fails, and one of `KVM_CHECK_EXTENSION` with
  ///   `ENOTSUP` where KVM collects no writes, which all kernels do since 2.6.27.
  public func createMachine() throws(KVMError) -> Machine {
    let size = try descriptor.request(CLINUX_KVM_GET_VCPU_MMAP_SIZE, "KVM_GET_VCPU_MMAP_SIZE")
    let ringPage = try check(.coalescedMemory)
    guard ringPage > 0 else {
      throw KVMError(
        call: "KVM_CHECK_EXTENSION", argument: "KVM_CAP_COALESCED_MMIO", errno: ENOTSUP)
    }
    // An interrupted creation is not a failure: creating waits for memory and can be signalled.
    while true {
      do {
        let machine = try descriptor.request(
          CLINUX_KVM_CREATE_VM, "KVM_CREATE_VM", argument: "type 0")
        return Machine(
          descriptor: Descriptor(owning: machine), virtualCPUMappingSize: Int(size),
          ringOffset: ringPage * MemorySlot.pageSize)
      } catch  where error.errno == EINTR {
        continue
      }
    }
  }
}
