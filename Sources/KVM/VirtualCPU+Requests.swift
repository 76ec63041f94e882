import CLinux

extension VirtualCPU {
  /// Whether a run ends with ``Exit/interruptWindowOpen`` as soon as the guest can take an interrupt
  /// (`request_interrupt_window` of `struct kvm_run`, api.rst 5).
  ///
  /// KVM looks at it where it has no local APIC for the processor.
  public var requestsInterruptWindow: Bool {
    get { state.run.pointee.request_interrupt_window != 0 }
    nonmutating set { state.run.pointee.request_interrupt_window = newValue ? 1 : 0 }
  }

  /// Ends each run with ``Exit/debug(_:)`` after one instruction of the guest, or no longer
  /// (api.rst 4.87 `KVM_SET_GUEST_DEBUG`).
  ///
  /// - Parameter isOn: Whether to stop after each instruction.
  /// - Throws: A `KVMError` where the request fails.
  public func setSingleStep(_ isOn: Bool) throws(KVMError) {
    var debug = kvm_guest_debug()
    if isOn { debug.control = UInt32(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP) }
    try descriptor.request(
      CLINUX_KVM_SET_GUEST_DEBUG, "KVM_SET_GUEST_DEBUG", structure: &debug,
      argument: "single step \(isOn ? "on" : "off")")
  }
}
