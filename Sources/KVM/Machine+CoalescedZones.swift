import CLinux

extension Machine {
  /// Collects a guest's writes to some addresses in the machine's ``CoalescedRing``
  /// (api.rst 4.116 `KVM_REGISTER_COALESCED_MMIO`).
  ///
  /// From now on such writes wait for the next exit of any processor, or for a full ring. Reads
  /// leave the guest as ever, and so do writes that only overlap the zone. Zones may overlap and
  /// repeat each other; a memory slot hides what is below it, unless it is read-only.
  ///
  /// - Parameter zone: The addresses. KVM checks neither that there are any, nor that they end
  ///   within the address space.
  /// - Throws: A `KVMError`: `ENOSPC` for more zones than KVM has room for, about 1000 for memory
  ///   and as many for ports.
  public func addCoalescedZone(_ zone: CoalescedZone) throws(KVMError) {
    var structure = zone.structure
    try core.descriptor.request(
      CLINUX_KVM_REGISTER_COALESCED_MMIO, "KVM_REGISTER_COALESCED_MMIO", structure: &structure,
      argument: zone.description)
  }

  /// Removes every zone of which `range` is a part: writes to any of its addresses leave the guest
  /// again (api.rst 4.116 `KVM_UNREGISTER_COALESCED_MMIO`).
  ///
  /// This is how KVM does it: half a zone removes the whole one, and a zone that was added twice
  /// goes at once. A range that is no part of a zone, for example because it is larger, removes
  /// nothing and is no error. Writes that are in the ring stay there.
  ///
  /// - Parameter range: The zone as it was added, or a part of it.
  /// - Throws: A `KVMError` where the request fails.
  public func removeCoalescedZones(containing range: CoalescedZone) throws(KVMError) {
    var structure = range.structure
    try core.descriptor.request(
      CLINUX_KVM_UNREGISTER_COALESCED_MMIO, "KVM_UNREGISTER_COALESCED_MMIO",
      structure: &structure, argument: range.description)
  }
}
