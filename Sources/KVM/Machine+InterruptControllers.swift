import CLinux

extension Machine {
  /// Puts both 8259 interrupt controllers, an I/O APIC and a local APIC for each processor into the
  /// kernel (api.rst 4.24 `KVM_CREATE_IRQCHIP`).
  ///
  /// `HLT` then waits for an interrupt inside of ``VirtualCPU/run()``. Only before the first
  /// processor is created.
  ///
  /// - Throws: A `KVMError`: `EEXIST` where there are some already, `EINVAL` after a processor was
  ///   created.
  public func createInterruptControllers() throws(KVMError) {
    try core.descriptor.request(CLINUX_KVM_CREATE_IRQCHIP, "KVM_CREATE_IRQCHIP")
  }

  /// Puts only a local APIC for each processor into the kernel: the other controllers are user
  /// space's (api.rst 7.5 `KVM_CAP_SPLIT_IRQCHIP`).
  ///
  /// Interrupts reach the processors as messages. Only before the first processor is created.
  ///
  /// - Parameter ioapicPins: How many inputs the I/O APIC of user space has, at most 4096: so many
  ///   GSIs from 0 on are its own.
  /// - Throws: A `KVMError`: `EEXIST` where there are controllers or processors already, `EINVAL` for
  ///   more inputs.
  public func createLocalAPICs(ioapicPins: UInt64 = 24) throws(KVMError) {
    var capability = kvm_enable_cap()
    capability.cap = UInt32(KVM_CAP_SPLIT_IRQCHIP)
    capability.args.0 = ioapicPins
    try core.descriptor.request(
      CLINUX_KVM_ENABLE_CAP, "KVM_ENABLE_CAP", structure: &capability,
      argument: "KVM_CAP_SPLIT_IRQCHIP, \(ioapicPins) pins")
  }
}
