import CLinux

extension Machine {
  /// Makes every instruction that KVM has to emulate and cannot an ``Exit/internalError(_:)`` with
  /// the instruction's bytes (api.rst 4.37 `KVM_ENABLE_CAP`, 7.27
  /// `KVM_CAP_EXIT_ON_EMULATION_FAILURE`).
  ///
  /// Otherwise only those of ring 0 are; in other rings the guest gets an invalid-opcode exception.
  ///
  /// - Throws: A `KVMError`: `EINVAL` where KVM lacks it.
  public func exitOnEmulationFailure() throws(KVMError) {
    var capability = kvm_enable_cap()
    capability.cap = UInt32(KVM_CAP_EXIT_ON_EMULATION_FAILURE)
    capability.args.0 = 1
    try core.descriptor.request(
      CLINUX_KVM_ENABLE_CAP, "KVM_ENABLE_CAP", structure: &capability,
      argument: "KVM_CAP_EXIT_ON_EMULATION_FAILURE")
  }
}
