import CLinux

extension Machine {
  /// Lets writes to a place raise a counter, from now on and while processors run (api.rst 4.59
  /// `KVM_IOEVENTFD`).
  ///
  /// - Parameters:
  ///   - doorbell: The place and which writes to it ring.
  ///   - event: The counter: 1 is added for each write.
  /// - Throws: A `KVMError`: `EEXIST` where a doorbell at this address takes some of the same
  ///   writes, `EINVAL` where address and width exceed the address space.
  public func assign(
    _ doorbell: Doorbell, to event: borrowing EventDescriptor
  ) throws(KVMError) {
    try set(doorbell, event, flags: 0)
  }

  /// Takes a doorbell away: writes leave the guest again (api.rst 4.59 `KVM_IOEVENTFD` with
  /// `KVM_IOEVENTFD_FLAG_DEASSIGN`).
  ///
  /// - Parameters:
  ///   - doorbell: The doorbell as it was assigned.
  ///   - event: Its counter, or a duplicate of it.
  /// - Throws: A `KVMError`: `ENOENT` where the two are not assigned to each other.
  public func deassign(
    _ doorbell: Doorbell, from event: borrowing EventDescriptor
  ) throws(KVMError) {
    try set(doorbell, event, flags: CLINUX_KVM_IOEVENTFD_FLAG_DEASSIGN)
  }

  private func set(
    _ doorbell: Doorbell, _ event: borrowing EventDescriptor, flags: UInt32
  ) throws(KVMError) {
    var structure = kvm_ioeventfd()
    structure.fd = event.fileDescriptor
    structure.flags = flags
    switch doorbell.address {
    case .port(let port):
      structure.addr = UInt64(port)
      structure.flags |= CLINUX_KVM_IOEVENTFD_FLAG_PIO
    case .memory(let address): structure.addr = address
    }
    switch doorbell.match {
    case .anyWidth: break
    case .width(let width): structure.len = width.rawValue
    case .value(let value, let width):
      structure.len = width.rawValue
      structure.datamatch = value
      structure.flags |= CLINUX_KVM_IOEVENTFD_FLAG_DATAMATCH
    }
    try core.descriptor.request(
      CLINUX_KVM_IOEVENTFD, "KVM_IOEVENTFD", structure: &structure,
      argument: (flags == 0 ? "assign " : "deassign ") + doorbell.description)
  }
}
