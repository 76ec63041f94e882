import CLinux
import Glibc

/// A processor of a virtual machine.
public struct VirtualCPU: ~Copyable, Sendable {
  let descriptor: Descriptor
  let state: RunState
  /// Keeps the guest's memory mapped for as long as the guest can run.
  private let machine: MachineCore
  /// The writes to coalesced zones that nobody has handled yet: one ring for all processors of the
  /// machine.
  public let coalescedRing: CoalescedRing

  init(
    descriptor: consuming Descriptor, state: RunState, machine: MachineCore,
    coalescedRing: CoalescedRing
  ) {
    self.descriptor = descriptor
    self.state = state
    self.machine = machine
    self.coalescedRing = coalescedRing
    Kick.prepare()
  }

  /// A handle with which any thread ends this processor's run.
  public var kick: Kick { Kick(state: state) }

  /// Runs the guest until it needs something, and first completes the previous exit (api.rst 4.10
  /// `KVM_RUN`).
  ///
  /// A read is completed with the value that was set since, or with all ones where none was. An
  /// exit that is not followed by another run is never completed. Coalesced writes stay in the ring:
  /// ``run(draining:)`` hands them over. A processor that has to be started by another one
  /// (``MultiprocessingState/uninitialized``) waits for that in here.
  ///
  /// - Returns: Why the guest stopped; ``Exit/interrupted`` where `KVM_RUN` failed with `EINTR`.
  /// - Throws: A `KVMError`: `EFAULT` where the guest's memory cannot be accessed.
  public mutating func run() throws(KVMError) -> Exit {
    state.enter(thread: clinux_kickable_thread(Kick.signal))
    var failure: Int32
    repeat {
      failure = clinux_ioctl(descriptor.rawValue, CLINUX_KVM_RUN, 0) < 0 ? errno : 0
      // EAGAIN: something has woken a processor that waited for INIT. Go and see.
    } while failure == EAGAIN
    state.leave()
    guard failure == 0 else {
      guard failure == EINTR else {
        if let fault = MemoryFault(state.run, errno: failure) { return .memoryFault(fault) }
        throw KVMError(call: "KVM_RUN", errno: failure)
      }
      state.consumeKick()
      return .interrupted
    }
    let exit = Exit(state.run)
    // What is not answered reads as all ones. KVM leaves the previous access's bytes there.
    switch exit {
    case .portRead: portData().initializeMemory(as: UInt8.self, repeating: 0xff)
    case .memoryRead: setMemoryValue(.max)
    default: break
    }
    return exit
  }

  /// Runs the guest until it needs something, and hands over the coalesced writes that are older
  /// than that (api.rst 4.10 `KVM_RUN`, 4.116 `KVM_REGISTER_COALESCED_MMIO`).
  ///
  /// This is ``run()`` for machines with coalesced zones: with it, every exit is handled after the
  /// writes that came before it, those of other processors included.
  ///
  /// - Parameter body: Handles a write, oldest first. Also called where the run fails.
  /// - Returns: Why the guest stopped, as ``run()`` tells it.
  /// - Throws: A `KVMError` as of ``run()``, or what `body` throws, which takes the exit's place.
  public mutating func run(
    draining body: (CoalescedWrite) throws(KVMError) -> Void
  ) throws(KVMError) -> Exit {
    let exit: Exit
    do {
      exit = try run()
    } catch {
      try coalescedRing.drain(body)
      throw error
    }
    try coalescedRing.drain(body)
    return exit
  }

  // MARK: Data of accesses

  /// A value that the guest writes to a port.
  ///
  /// - Parameter index: Which of the access's values, from 0; 0 unless a string instruction moves
  ///   several. The last exit must be ``Exit/portWrite(_:)`` with more values than this; all else
  ///   traps.
  /// - Returns: The value; bits beyond the access's size are zero.
  public func portValue(at index: Int = 0) -> UInt32 {
    let data = portData()
    let size = Int(state.run.pointee.io.size)
    precondition(
      index >= 0 && index < Int(state.run.pointee.io.count),
      "value \(index) of a port access with \(state.run.pointee.io.count)")
    var value: UInt32 = 0
    for byte in 0..<size { value |= UInt32(data[index * size + byte]) << (8 * byte) }
    return value
  }

  /// Answers a read of a port.
  ///
  /// - Parameters:
  ///   - value: What the guest reads; bits beyond the access's size are ignored.
  ///   - index: Which of the access's values, from 0; 0 unless a string instruction moves several.
  ///     The last exit must be ``Exit/portRead(_:)`` with more values than this; all else traps.
  public func setPortValue(_ value: UInt32, at index: Int = 0) {
    let data = portData()
    let size = Int(state.run.pointee.io.size)
    precondition(
      index >= 0 && index < Int(state.run.pointee.io.count),
      "value \(index) of a port access with \(state.run.pointee.io.count)")
    for byte in 0..<size {
      data[index * size + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
    }
  }

  /// Answers a read of memory.
  ///
  /// - Parameter value: What the guest reads; bits beyond the access's size are ignored. The last
  ///   exit must be ``Exit/memoryRead(_:)``; all else traps.
  public func setMemoryValue(_ value: UInt64) {
    requireExit(KVM_EXIT_MMIO, "memory")
    withUnsafeMutableBytes(of: &state.run.pointee.mmio.data) {
      $0.storeBytes(of: value.littleEndian, as: UInt64.self)
    }
  }

  private func portData() -> UnsafeMutableRawBufferPointer {
    requireExit(KVM_EXIT_IO, "port")
    let io = state.run.pointee.io
    return state.portData(offset: io.data_offset, count: Int(io.size) * Int(io.count))
  }

  private func requireExit(_ reason: Int32, _ kind: String) {
    precondition(
      state.run.pointee.exit_reason == UInt32(reason),
      "the last exit was no \(kind) access but exit \(state.run.pointee.exit_reason)")
  }

  // MARK: State

  /// Sets what the guest's `CPUID` answers (api.rst 4.46 `KVM_SET_CPUID2`).
  ///
  /// Only before the first run.
  ///
  /// - Parameter entries: The leaves; those of ``System/supportedCPUID()`` work as they are.
  /// - Throws: A `KVMError`: `E2BIG` for too many entries, `EINVAL` for values that KVM refuses.
  public func setCPUID(_ entries: [CPUIDEntry]) throws(KVMError) {
    let table = CPUIDTable(entries)
    guard table.request(CLINUX_KVM_SET_CPUID2, of: descriptor) else {
      throw KVMError(call: "KVM_SET_CPUID2", argument: "\(entries.count) entries", errno: errno)
    }
  }

  /// The general registers (api.rst 4.11 `KVM_GET_REGS`).
  ///
  /// - Throws: A `KVMError` where the request fails.
  public func registers() throws(KVMError) -> Registers {
    var registers = kvm_regs()
    try descriptor.request(CLINUX_KVM_GET_REGS, "KVM_GET_REGS", structure: &registers)
    return Registers(registers)
  }

  /// Sets the general registers (api.rst 4.12 `KVM_SET_REGS`).
  ///
  /// - Parameter registers: Their values.
  /// - Throws: A `KVMError` where the request fails.
  public func setRegisters(_ registers: Registers) throws(KVMError) {
    var registers = registers.structure
    try descriptor.request(CLINUX_KVM_SET_REGS, "KVM_SET_REGS", structure: &registers)
  }

  /// The segment, table and control registers (api.rst 4.13 `KVM_GET_SREGS`).
  ///
  /// - Throws: A `KVMError` where the request fails.
  public func specialRegisters() throws(KVMError) -> SpecialRegisters {
    var registers = kvm_sregs()
    try descriptor.request(CLINUX_KVM_GET_SREGS, "KVM_GET_SREGS", structure: &registers)
    return SpecialRegisters(registers)
  }

  /// Sets the segment, table and control registers (api.rst 4.14 `KVM_SET_SREGS`).
  ///
  /// - Parameter registers: Their values.
  /// - Throws: A `KVMError`: `EINVAL` for control registers that exclude each other.
  public func setSpecialRegisters(_ registers: SpecialRegisters) throws(KVMError) {
    var registers = registers.structure
    try descriptor.request(CLINUX_KVM_SET_SREGS, "KVM_SET_SREGS", structure: &registers)
  }

  /// Translates a linear address with the guest's present page tables (api.rst 4.15
  /// `KVM_TRANSLATE`).
  ///
  /// - Parameter address: The linear address.
  /// - Returns: The physical address, or `nil` where the address is not mapped.
  /// - Throws: A `KVMError` where the request fails.
  public func physicalAddress(ofLinear address: UInt64) throws(KVMError) -> UInt64? {
    var translation = kvm_translation()
    translation.linear_address = address
    try descriptor.request(
      CLINUX_KVM_TRANSLATE, "KVM_TRANSLATE", structure: &translation,
      argument: hexadecimal(address))
    return translation.valid != 0 ? translation.physical_address : nil
  }
}
