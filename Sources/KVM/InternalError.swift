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
