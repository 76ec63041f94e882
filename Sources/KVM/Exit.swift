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
  /// A signal or a kick ended the run before the guest did (`EINTR`, `KVM_EXIT_INTR`).
  case interrupted
  /// The guest can take an interrupt now, which ``VirtualCPU/requestsInterruptWindow`` asked for
  /// (`KVM_EXIT_IRQ_WINDOW_OPEN`).
  case interruptWindowOpen
  /// The guest has lowered its task priority, CR8, and KVM has no local APIC that would know
  /// (`KVM_EXIT_SET_TPR`). There is nothing to answer.
  case taskPriorityLowered
  /// The guest has ended an interrupt of an I/O APIC that KVM leaves to user space
  /// (`KVM_EXIT_IOAPIC_EOI`): the interrupt's vector.
  case ioapicEndOfInterrupt(vector: UInt8)
  /// The guest met a debug event, which ``VirtualCPU/setSingleStep(_:)`` asked for
  /// (`KVM_EXIT_DEBUG`).
  case debug(DebugEvent)
  /// KVM cannot resolve an access to memory (`KVM_EXIT_MEMORY_FAULT`).
  case memoryFault(MemoryFault)
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
  /// Any other exit, by its number (`KVM_EXIT_*`): none happens unless somebody has asked KVM for it
  /// past this library.
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

/// What made the processor stop for a debugger (`struct kvm_debug_exit_arch`,
/// api.rst 4.87 `KVM_SET_GUEST_DEBUG`).
public struct DebugEvent: Hashable, Sendable {
  /// The exception's vector: 1 for a debug exception, 3 for a breakpoint instruction.
  public var exception: UInt32
  /// The linear address of the next instruction.
  public var address: UInt64
  /// The debug status register, which tells the exception's cause.
  public var dr6: UInt64
  /// The debug control register.
  public var dr7: UInt64

  /// Creates a description.
  public init(exception: UInt32, address: UInt64, dr6: UInt64, dr7: UInt64) {
    self.exception = exception
    self.address = address
    self.dr6 = dr6
    self.dr7 = dr7
  }
}

/// An access to memory that KVM cannot resolve (`memory_fault` of `struct kvm_run`, api.rst 5).
public struct MemoryFault: Hashable, Sendable {
  /// What kind of access it was (`KVM_MEMORY_EXIT_FLAG_*`): bit 3 is set for private memory.
  public var flags: UInt64
  /// The guest's physical address where the range begins that KVM could not access.
  public var address: UInt64
  /// How many bytes the range has.
  public var size: UInt64
  /// The error number that `KVM_RUN` failed with: `EFAULT`, or `EHWPOISON` for memory that the
  /// hardware lost.
  public var errno: Int32

  /// Creates a description.
  public init(flags: UInt64, address: UInt64, size: UInt64, errno: Int32) {
    self.flags = flags
    self.address = address
    self.size = size
    self.errno = errno
  }
}
