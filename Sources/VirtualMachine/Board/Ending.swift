import KVM

/// How a guest ended.
public enum Ending: Equatable, Sendable {
  /// It wrote this value to the debug exit port.
  case debugExit(UInt8)
  /// It executed HLT: without interrupts nothing can wake it.
  case halted
  /// The processor shut down, as after a triple fault.
  case shutdown
  /// KVM could not go on. Indirect: every exit asks how the guest has ended, and most have not.
  indirect case internalError(InternalErrorReport)
  /// It ran longer than it may.
  case timeLimit
  /// This process got a signal that ends the guest.
  case signalled(Int32)
  /// The serial port's output could not be delivered.
  case outputClosed
  /// The processor refused the guest's state.
  case failedEntry(reason: UInt64)
  /// It left for a reason that this machine does not handle.
  case unsupportedExit(Exit)
}
