import CLinux

extension Machine {
  /// Sets the level of an interrupt line (api.rst 4.25 `KVM_IRQ_LINE`).
  ///
  /// An edge-triggered input sees an interrupt where the level rises, a level-triggered one for as
  /// long as it is high.
  ///
  /// - Parameters:
  ///   - gsi: The interrupt's number.
  ///   - isHigh: The level.
  /// - Throws: A `KVMError`: `ENXIO` where KVM has no interrupt controllers.
  public func setInterruptLine(gsi: UInt32, isHigh: Bool) throws(KVMError) {
    var level = kvm_irq_level()
    level.irq = gsi
    level.level = isHigh ? 1 : 0
    try core.descriptor.request(
      CLINUX_KVM_IRQ_LINE, "KVM_IRQ_LINE", structure: &level,
      argument: "gsi \(gsi), level \(isHigh ? 1 : 0)")
  }

  /// Delivers a message to the local APICs (api.rst 4.70 `KVM_SIGNAL_MSI`).
  ///
  /// - Parameter message: The message.
  /// - Returns: Whether a local APIC took it; false where the guest has not enabled it, or no
  ///   processor has its id.
  /// - Throws: A `KVMError`: `EINVAL` where KVM has no local APICs.
  @discardableResult
  public func signal(_ message: MSIMessage) throws(KVMError) -> Bool {
    var structure = kvm_msi()
    structure.address_lo = UInt32(truncatingIfNeeded: message.address)
    structure.address_hi = UInt32(message.address >> 32)
    structure.data = message.data
    return try core.descriptor.request(
      CLINUX_KVM_SIGNAL_MSI, "KVM_SIGNAL_MSI", structure: &structure,
      argument: message.description) > 0
  }

  // MARK: By events

  /// Lets raising a counter be an interrupt: the line rises and falls at once (api.rst 4.75
  /// `KVM_IRQFD`).
  ///
  /// A counter that is not zero yet is an interrupt right away. KVM takes the count.
  ///
  /// - Parameters:
  ///   - gsi: The interrupt's number, routed now or later.
  ///   - event: The counter.
  /// - Throws: A `KVMError`: `EINVAL` where KVM has no interrupt controllers, `EBUSY` where the
  ///   counter is assigned already.
  public func assignInterrupt(
    gsi: UInt32, to event: borrowing EventDescriptor
  ) throws(KVMError) {
    try setInterrupt(gsi, event.fileDescriptor, flags: 0, "assign gsi \(gsi)")
  }

  /// Lets raising a counter be a level-triggered interrupt: the line rises, and falls when the guest
  /// ends the interrupt, which raises another counter (api.rst 4.75 `KVM_IRQFD` with
  /// `KVM_IRQFD_FLAG_RESAMPLE`).
  ///
  /// - Parameters:
  ///   - gsi: The interrupt's number, routed to an input of the PICs or of the I/O APIC.
  ///   - event: The counter.
  ///   - resample: The counter that tells that the line fell. Whose device still needs service
  ///     raises `event` again.
  /// - Throws: A `KVMError`: `EINVAL` where KVM has no interrupt controllers, `EBUSY` where the
  ///   counter is assigned already.
  public func assignInterrupt(
    gsi: UInt32, to event: borrowing EventDescriptor, resample: borrowing EventDescriptor
  ) throws(KVMError) {
    try setInterrupt(
      gsi, event.fileDescriptor, resample.fileDescriptor,
      flags: CLINUX_KVM_IRQFD_FLAG_RESAMPLE, "assign gsi \(gsi) with resample")
  }

  /// Lets a counter be an interrupt no more; when this returns, none is under way (api.rst 4.75
  /// `KVM_IRQFD` with `KVM_IRQFD_FLAG_DEASSIGN`).
  ///
  /// What was not assigned is no error.
  ///
  /// - Parameters:
  ///   - gsi: The interrupt's number.
  ///   - event: The counter, or a duplicate of it.
  /// - Throws: A `KVMError` where the request fails.
  public func deassignInterrupt(
    gsi: UInt32, from event: borrowing EventDescriptor
  ) throws(KVMError) {
    try setInterrupt(
      gsi, event.fileDescriptor, flags: CLINUX_KVM_IRQFD_FLAG_DEASSIGN, "deassign gsi \(gsi)")
  }

  private func setInterrupt(
    _ gsi: UInt32, _ event: Int32, _ resample: Int32 = 0, flags: UInt32, _ argument: String
  ) throws(KVMError) {
    var structure = kvm_irqfd()
    structure.fd = UInt32(bitPattern: event)
    structure.gsi = gsi
    structure.flags = flags
    structure.resamplefd = UInt32(bitPattern: resample)
    try core.descriptor.request(
      CLINUX_KVM_IRQFD, "KVM_IRQFD", structure: &structure, argument: argument)
  }
}
