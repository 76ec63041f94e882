import CLinux

/// What a processor waits for, if anything (`struct kvm_mp_state`, api.rst 4.38
/// `KVM_GET_MP_STATE`).
public enum MultiprocessingState: Hashable, Sendable {
  /// It runs.
  case runnable
  /// It waits for the INIT that starts it, as all but the first do after a reset.
  case uninitialized
  /// It has got INIT and waits for SIPI.
  case initReceived
  /// It executed `HLT` and waits for an interrupt.
  case halted
  /// It has got SIPI.
  case sipiReceived
  /// Another one, by its number.
  case other(UInt32)

  init(rawValue: UInt32) {
    self =
      switch Int32(bitPattern: rawValue) {
      case KVM_MP_STATE_RUNNABLE: .runnable
      case KVM_MP_STATE_UNINITIALIZED: .uninitialized
      case KVM_MP_STATE_INIT_RECEIVED: .initReceived
      case KVM_MP_STATE_HALTED: .halted
      case KVM_MP_STATE_SIPI_RECEIVED: .sipiReceived
      default: .other(rawValue)
      }
  }

  var rawValue: UInt32 {
    switch self {
    case .runnable: UInt32(KVM_MP_STATE_RUNNABLE)
    case .uninitialized: UInt32(KVM_MP_STATE_UNINITIALIZED)
    case .initReceived: UInt32(KVM_MP_STATE_INIT_RECEIVED)
    case .halted: UInt32(KVM_MP_STATE_HALTED)
    case .sipiReceived: UInt32(KVM_MP_STATE_SIPI_RECEIVED)
    case .other(let number): number
    }
  }
}

extension VirtualCPU {
  /// What the processor waits for (api.rst 4.38 `KVM_GET_MP_STATE`).
  ///
  /// - Throws: A `KVMError` where the request fails.
  public func multiprocessingState() throws(KVMError) -> MultiprocessingState {
    var state = kvm_mp_state()
    try descriptor.request(CLINUX_KVM_GET_MP_STATE, "KVM_GET_MP_STATE", structure: &state)
    return MultiprocessingState(rawValue: state.mp_state)
  }

  /// Sets what the processor waits for, such as nothing where no other processor is to start it
  /// (api.rst 4.39 `KVM_SET_MP_STATE`).
  ///
  /// - Parameter state: The state.
  /// - Throws: A `KVMError`: `EINVAL` where KVM has no local APICs and the state is not
  ///   ``MultiprocessingState/runnable``.
  public func setMultiprocessingState(_ state: MultiprocessingState) throws(KVMError) {
    var structure = kvm_mp_state(mp_state: state.rawValue)
    try descriptor.request(
      CLINUX_KVM_SET_MP_STATE, "KVM_SET_MP_STATE", structure: &structure, argument: "\(state)")
  }
}
