import CLinux
import Glibc
import Testing

@testable import KVM

/// Exits that no guest can bring about at will, as KVM would leave them behind.
@Suite("Exits in the structure that KVM shares")
struct RunStructureTests {
  private func exit(_ reason: Int32, _ fill: (inout kvm_run) -> Void = { _ in }) -> Exit {
    var run = kvm_run()
    run.exit_reason = UInt32(bitPattern: reason)
    fill(&run)
    return Exit(&run)
  }

  @Test("A refused entry tells its reason and the processor")
  func failedEntry() {
    let seen = exit(KVM_EXIT_FAIL_ENTRY) {
      $0.fail_entry.hardware_entry_failure_reason = 0x8000_0021
      $0.fail_entry.cpu = 7
    }
    #expect(seen == .failedEntry(reason: 0x8000_0021, cpu: 7))
  }

  @Test("A system event tells its type and as many words as it has, at most those there are")
  func systemEvent() {
    let event = { (count: UInt32) in
      exit(KVM_EXIT_SYSTEM_EVENT) {
        $0.system_event.type = 2
        $0.system_event.ndata = count
        $0.system_event.data = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
      }
    }
    #expect(event(0) == .systemEvent(type: 2, data: []))
    #expect(event(2) == .systemEvent(type: 2, data: [1, 2]))
    #expect(event(.max) == .systemEvent(type: 2, data: Array(1...16)))
  }

  @Test("An internal error keeps its number and its words")
  func internalError() {
    let error = { (suberror: Int32, count: UInt32) in
      exit(KVM_EXIT_INTERNAL_ERROR) {
        $0.internal.suberror = UInt32(suberror)
        $0.internal.ndata = count
        $0.internal.data = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
      }
    }
    #expect(
      error(KVM_INTERNAL_ERROR_DELIVERY_EV, 2)
        == .internalError(InternalError(kind: .eventDelivery, data: [1, 2])))
    #expect(
      error(KVM_INTERNAL_ERROR_SIMUL_EX, 0)
        == .internalError(InternalError(kind: .simultaneousExceptions)))
    #expect(
      error(KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON, 1)
        == .internalError(InternalError(kind: .unexpectedExitReason, data: [1])))
    #expect(
      error(99, .max) == .internalError(InternalError(kind: .other(99), data: Array(1...16))))
    // Emulation without the flag that there are bytes, and with it in too few words.
    #expect(
      error(KVM_INTERNAL_ERROR_EMULATION, 0)
        == .internalError(InternalError(kind: .emulation)))
    #expect(
      error(KVM_INTERNAL_ERROR_EMULATION, 2)
        == .internalError(InternalError(kind: .emulation, data: [1, 2])))
  }

  @Test("An emulation failure tells the instruction's bytes, as many as there are")
  func emulationFailure() {
    let failure = { (size: UInt8) -> [UInt8]? in
      let seen = exit(KVM_EXIT_INTERNAL_ERROR) {
        $0.emulation_failure.suberror = UInt32(KVM_INTERNAL_ERROR_EMULATION)
        $0.emulation_failure.ndata = 3
        $0.emulation_failure.flags = 1
        $0.emulation_failure.insn_size = size
        $0.emulation_failure.insn_bytes = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
      }
      guard case .internalError(let error) = seen, error.kind == .emulation, error.data.count == 3
      else { return nil }
      return error.instructionBytes
    }
    #expect(failure(3) == [1, 2, 3])
    #expect(failure(255) == Array(1...15))
  }

  @Test("An ended interrupt of an I/O APIC tells its vector")
  func endOfInterrupt() {
    #expect(
      exit(KVM_EXIT_IOAPIC_EOI) { $0.eoi.vector = 0x31 } == .ioapicEndOfInterrupt(vector: 0x31))
  }

  @Test("A lowered task priority is told")
  func taskPriority() { #expect(exit(KVM_EXIT_SET_TPR) == .taskPriorityLowered) }

  @Test("Reasons without a case of their own keep their numbers")
  func others() {
    #expect(exit(KVM_EXIT_INTR) == .interrupted)
    #expect(
      exit(KVM_EXIT_UNKNOWN) { $0.hw.hardware_exit_reason = 0x33 } == .unknownHardwareReason(0x33))
    #expect(exit(KVM_EXIT_X86_RDMSR) == .other(reason: 29))
    #expect(exit(0x1234_5678) == .other(reason: 0x1234_5678))
  }

  @Test("A memory fault counts with the error numbers that KVM fills it in for, and no other")
  func memoryFault() {
    var run = kvm_run()
    run.exit_reason = 39
    withUnsafeMutableBytes(of: &run.hw) { $0.storeBytes(of: 8, as: UInt64.self) }
    run.mmio.data = (0x00, 0x00, 0x0D, 0, 0, 0, 0, 0)
    run.system_event.data.1 = 4096
    let fault = MemoryFault(&run, errno: EFAULT)
    #expect(fault == MemoryFault(flags: 8, address: 0xD0000, size: 4096, errno: EFAULT))
    #expect(MemoryFault(&run, errno: EHWPOISON)?.errno == EHWPOISON)
    #expect(MemoryFault(&run, errno: EINVAL) == nil)
    run.exit_reason = UInt32(KVM_EXIT_MMIO)
    #expect(MemoryFault(&run, errno: EFAULT) == nil)
  }
}
