/// Why a processor left the guest (`exit_reason` of `struct kvm_run`, api.rst 5).
public enum Exit: Equatable, Sendable {
  /// The guest reads a port (`KVM_EXIT_IO`). Answer with ``VirtualCPU/setPortValue(_:at:)``.
  case portRead(PortAccess)
  /// The guest writes to a port (`KVM_EXIT_IO`). The values are had by
  /// ``VirtualCPU/portValue(at:)``.
  case portWrite(PortAccess)
  /// The guest reads memory that no slot shows (`KVM_EXIT_MMIO`). Answer with
  /// ``VirtualCPU/setMemoryValue(_:)``.
  case memoryRead(MemoryAccess)
  /// The guest writes to memory that no slot shows, or that a read-only slot does
  /// (`KVM_EXIT_MMIO`). Bytes beyond the access's size are zero.
  case memoryWrite(MemoryAccess, value: UInt64)
  /// The guest executed `HLT` and KVM has no interrupt controller that could end it
  /// (`KVM_EXIT_HLT`).
  case halt
  /// The processor shut down, as after a triple fault (`KVM_EXIT_SHUTDOWN`).
  case shutdown
  /// A signal or a kick ended the run before the guest did.
  case interrupted
  /// KVM itself could not go on (`KVM_EXIT_INTERNAL_ERROR`).
  case internalError(InternalError)
  /// The processor refused the guest's state (`KVM_EXIT_FAIL_ENTRY`): its reason, and the host's
  /// CPU.
  case failedEntry(reason: UInt64, cpu: UInt32)
  /// The guest asked the whole system to do something (`KVM_EXIT_SYSTEM_EVENT`): the event's type
  /// and its data.
  case systemEvent(type: UInt32, data: [UInt64])
  /// The processor left for a reason that KVM does not know (`KVM_EXIT_UNKNOWN`).
  case unknownHardwareReason(UInt64)
  /// Any other exit, by its number (`KVM_EXIT_*`).
  case other(reason: UInt32)
}

/// An access to ports by one instruction: `count` values of `size` bytes, all at the same port.
public struct PortAccess: Hashable, Sendable {
  /// The port.
  public var port: UInt16
  /// The width of one value in bytes: 1, 2 or 4.
  public var size: Int
  /// How many values a string instruction moves at once; 1 for all other instructions.
  public var count: Int

  /// Creates a description.
  public init(port: UInt16, size: Int, count: Int = 1) {
    self.port = port
    self.size = size
    self.count = count
  }
}

/// An access to physical memory.
public struct MemoryAccess: Hashable, Sendable {
  /// The guest's physical address.
  public var address: UInt64
  /// How many bytes: 1 to 8, and not only powers of two, since KVM splits what crosses a page.
  public var size: Int

  /// Creates a description.
  public init(address: UInt64, size: Int) {
    self.address = address
    self.size = size
  }
}

/// What KVM tells about a failure of its own (`internal` and `emulation_failure` of `struct
/// kvm_run`).
public struct InternalError: Equatable, Sendable {
  /// What went wrong.
  public enum Kind: Equatable, Sendable {
    /// An instruction that KVM had to emulate and could not (`KVM_INTERNAL_ERROR_EMULATION`).
    case emulation
    /// Events that exclude each other (`KVM_INTERNAL_ERROR_SIMUL_EX`).
    case simultaneousExceptions
    /// A fault while an event was being delivered (`KVM_INTERNAL_ERROR_DELIVERY_EV`).
    case eventDelivery
    /// An exit that KVM did not expect (`KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON`).
    case unexpectedExitReason
    /// Another one, by its number.
    case other(UInt32)
  }

  /// What went wrong.
  public var kind: Kind
  /// All data words that KVM gave, uninterpreted.
  public var data: [UInt64]
  /// The bytes of the instruction that could not be emulated, where KVM gave them; else empty.
  public var instructionBytes: [UInt8]

  /// Creates a description.
  public init(kind: Kind, data: [UInt64] = [], instructionBytes: [UInt8] = []) {
    self.kind = kind
    self.data = data
    self.instructionBytes = instructionBytes
  }
}
