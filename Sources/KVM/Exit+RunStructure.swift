import CLinux
import Glibc

extension Exit {
  /// Takes the exit out of the structure that KVM left behind, when `KVM_RUN` has not failed.
  init(_ run: UnsafePointer<kvm_run>) {
    switch Int32(bitPattern: run.pointee.exit_reason) {
    case KVM_EXIT_IO:
      let io = run.pointee.io
      let access = PortAccess(port: io.port, size: Int(io.size), count: Int(io.count))
      self = io.direction == UInt8(KVM_EXIT_IO_OUT) ? .portWrite(access) : .portRead(access)
    case KVM_EXIT_MMIO:
      let access = MemoryAccess(
        address: run.pointee.mmio.phys_addr, size: Int(run.pointee.mmio.len))
      guard run.pointee.mmio.is_write != 0 else {
        self = .memoryRead(access)
        return
      }
      let data = withUnsafeBytes(of: run.pointee.mmio.data) {
        UInt64(littleEndian: $0.load(as: UInt64.self))
      }
      self = .memoryWrite(access, value: data & Self.mask(bytes: access.size))
    case KVM_EXIT_HLT: self = .halt
    case KVM_EXIT_SHUTDOWN: self = .shutdown
    case KVM_EXIT_INTR: self = .interrupted
    case KVM_EXIT_IRQ_WINDOW_OPEN: self = .interruptWindowOpen
    case KVM_EXIT_SET_TPR: self = .taskPriorityLowered
    case KVM_EXIT_IOAPIC_EOI: self = .ioapicEndOfInterrupt(vector: run.pointee.eoi.vector)
    case KVM_EXIT_DEBUG:
      let event = run.pointee.debug.arch
      self = .debug(
        DebugEvent(exception: event.exception, address: event.pc, dr6: event.dr6, dr7: event.dr7))
    case KVM_EXIT_INTERNAL_ERROR: self = .internalError(InternalError(run))
    case KVM_EXIT_FAIL_ENTRY:
      self = .failedEntry(
        reason: run.pointee.fail_entry.hardware_entry_failure_reason,
        cpu: run.pointee.fail_entry.cpu)
    case KVM_EXIT_SYSTEM_EVENT:
      let event = run.pointee.system_event
      let data = withUnsafeBytes(of: event.data) { Array($0.bindMemory(to: UInt64.self)) }
      self = .systemEvent(type: event.type, data: Array(data.prefix(Int(event.ndata))))
    case KVM_EXIT_UNKNOWN: self = .unknownHardwareReason(run.pointee.hw.hardware_exit_reason)
    default: self = .other(reason: run.pointee.exit_reason)
    }
  }

  private static func mask(bytes: Int) -> UInt64 {
    bytes >= 8 ? .max : (1 << (8 * UInt64(bytes))) - 1
  }
}

extension MemoryFault {
  /// Takes the fault out of the structure that a failed `KVM_RUN` left behind, where there is one:
  /// for all other error numbers the exit in it is an old one.
  init?(_ run: UnsafePointer<kvm_run>, errno: Int32) {
    guard errno == EFAULT || errno == EHWPOISON,
      run.pointee.exit_reason == CLINUX_KVM_EXIT_MEMORY_FAULT
    else { return nil }
    let fault = clinux_memory_fault(run)
    self.init(flags: fault.flags, address: fault.gpa, size: fault.size, errno: errno)
  }
}

extension InternalError {
  fileprivate init(_ run: UnsafePointer<kvm_run>) {
    let error = run.pointee.internal
    let words = withUnsafeBytes(of: error.data) { Array($0.bindMemory(to: UInt64.self)) }
    let data = Array(words.prefix(Int(error.ndata)))
    let kind: Kind =
      switch Int32(bitPattern: error.suberror) {
      case KVM_INTERNAL_ERROR_EMULATION: .emulation
      case KVM_INTERNAL_ERROR_SIMUL_EX: .simultaneousExceptions
      case KVM_INTERNAL_ERROR_DELIVERY_EV: .eventDelivery
      case KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON: .unexpectedExitReason
      default: .other(error.suberror)
      }
    guard kind == .emulation, data.count >= 3, data[0] & Self.hasInstructionBytes != 0 else {
      self.init(kind: kind, data: data)
      return
    }
    let failure = run.pointee.emulation_failure
    let bytes = withUnsafeBytes(of: failure.insn_bytes) { Array($0) }
    self.init(
      kind: kind, data: data, instructionBytes: Array(bytes.prefix(Int(failure.insn_size))))
  }

  /// `KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES`, a macro that Swift does not import.
  private static let hasInstructionBytes: UInt64 = 1 << 0
}
