import KVM
import Synchronization

/// What the processors of a machine share: memory, devices, and what KVM does for them.
///
/// One thread at a time is inside of it.
final class Chipset: @unchecked Sendable {
  let memory: GuestMemory
  let lowMemoryEnd: Int
  let machine: Machine
  private let ports: Bus
  private let memoryBus: Bus
  private let serialPort: UART16550
  private let debugExit: DebugExit
  let sectionPort: SectionPort
  private let host: PCIHost
  private let mirror: ConfigurationMirror?
  private let windowZone: WindowZone?
  let doorbells: DoorbellAssignments
  private let interrupts: BoardInterrupts?
  let isBusy = Mutex(())
  /// Whether nothing was written since KVM was told what the registers say.
  private var isSettled = true
  /// What the exits cost; `nil` where nobody measures. Set while no processor runs.
  var profile: ExitProfile?

  init(
    machine: consuming Machine, memory: GuestMemory, lowMemoryEnd: Int, ports: Bus, memoryBus: Bus,
    serialPort: UART16550, debugExit: DebugExit, sectionPort: SectionPort,
    host: PCIHost, mirror: ConfigurationMirror?,
    windowZone: WindowZone?, doorbells: DoorbellAssignments, interrupts: BoardInterrupts?
  ) {
    self.machine = machine
    self.memory = memory
    self.lowMemoryEnd = lowMemoryEnd
    self.ports = ports
    self.memoryBus = memoryBus
    self.serialPort = serialPort
    self.debugExit = debugExit
    self.sectionPort = sectionPort
    self.host = host
    self.mirror = mirror
    self.windowZone = windowZone
    self.doorbells = doorbells
    self.interrupts = interrupts
  }

  /// Passes a coalesced write on to where it would have gone as an exit.
  func write(_ write: CoalescedWrite) throws(KVMError) {
    isBusy.withLock { _ in
      isSettled = false
      switch write.address {
      case .port(let port): ports.write(write.value, at: UInt64(port), size: write.size)
      case .memory(let address): memoryBus.write(write.value, at: address, size: write.size)
      }
    }
  }

  /// Does what a processor has left the guest for.
  ///
  /// All coalesced writes that are older have been passed on.
  ///
  /// - Returns: How the guest has ended; `nil` where it goes on.
  func handle(
    _ exit: Exit, of processor: borrowing VirtualCPU
  ) throws(KVMError) -> Ending? {
    try isBusy.withLock { (_) throws(KVMError) in
      // A write that ends the guest may have been a coalesced one, which is older than the exit.
      if !isSettled, let ending { return ending }
      switch exit {
      case .portRead(let access):
        for index in 0..<access.count {
          let value = ports.read(at: UInt64(access.port), size: access.size)
          processor.setPortValue(UInt32(truncatingIfNeeded: value), at: index)
        }
      case .portWrite(let access):
        for index in 0..<access.count {
          ports.write(
            UInt64(processor.portValue(at: index)), at: UInt64(access.port), size: access.size)
        }
        isSettled = false
      case .memoryRead(let access):
        processor.setMemoryValue(memoryBus.read(at: access.address, size: access.size))
      case .memoryWrite(let access, let value):
        memoryBus.write(value, at: access.address, size: access.size)
        isSettled = false
      case .interrupted, .taskPriorityLowered: break
      case .halt: return .halted
      case .shutdown: return .shutdown
      case .internalError(let error): return .internalError(try report(error, of: processor))
      case .failedEntry(let reason, _): return .failedEntry(reason: reason)
      default: return .unsupportedExit(exit)
      }
      if !isSettled {
        try settle()
        if let ending { return ending }
      }
      try interrupts?.update()
      if case .memoryRead(let access) = exit { try mirror?.show(access.address, machine) }
      return nil
    }
  }

  /// Passes on what the serial port has transmitted since the last line ended.
  func flush() { isBusy.withLock { _ in serialPort.flush() } }

  /// Lets no output wait any more, since the guest is to end. The thread inside may wait just now.
  func stopWaiting() { serialPort.stopWaiting() }

  private var ending: Ending? {
    if let value = debugExit.value { return .debugExit(value) }
    return serialPort.isDisconnected ? .outputClosed : nil
  }

  /// Lets KVM do from now on what the registers say now.
  private func settle() throws(KVMError) {
    try mirror?.update(host, machine)
    try windowZone?.update(host, machine)
    try doorbells.update(host, ports: ports, memory: memoryBus, machine)
    isSettled = true
  }

  // MARK: Interrupts

  /// Whether devices have interrupt lines.
  var hasInterrupts: Bool { interrupts != nil }

  /// Waits until an interrupt line is to be raised, or may be.
  func waitForInterrupts() throws(KVMError) {
    guard let interrupts else { return }
    let ticks = isBusy.withLock { _ in interrupts.ticksToWait }
    try interrupts.wait(for: ticks)
    try isBusy.withLock { (_) throws(KVMError) in try interrupts.service() }
  }

  /// Ends ``waitForInterrupts()``.
  func wakeInterruptWatch() { interrupts?.endWait() }
}
