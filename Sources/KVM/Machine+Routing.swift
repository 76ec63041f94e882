import CLinux

extension Machine {
  /// Replaces the whole table of routes, also while processors run and interrupts are under way
  /// (api.rst 4.52 `KVM_SET_GSI_ROUTING`).
  ///
  /// - Parameter routing: The new table.
  /// - Throws: A `KVMError`: `EINVAL` where KVM has no interrupt controllers, for more routes or
  ///   greater GSIs than ``Extension/interruptRouting`` counts, for inputs that do not exist and for
  ///   two routes of one GSI that exclude each other.
  public func setRouting(_ routing: GSIRouting) throws(KVMError) {
    // struct kvm_irq_routing ends in an array of entries that Swift cannot see.
    let header = MemoryLayout<kvm_irq_routing>.size
    let stride = MemoryLayout<kvm_irq_routing_entry>.stride
    let table = UnsafeMutableRawBufferPointer.allocate(
      byteCount: header + routing.routes.count * stride,
      alignment: MemoryLayout<kvm_irq_routing_entry>.alignment)
    defer { table.deallocate() }
    var head = kvm_irq_routing()
    head.nr = UInt32(routing.routes.count)
    table.storeBytes(of: head, as: kvm_irq_routing.self)
    for (index, route) in routing.routes.enumerated() {
      table.storeBytes(
        of: route.structure, toByteOffset: header + index * stride, as: kvm_irq_routing_entry.self)
    }
    try core.descriptor.request(
      CLINUX_KVM_SET_GSI_ROUTING, "KVM_SET_GSI_ROUTING", UInt(bitPattern: table.baseAddress),
      argument: "\(routing.routes.count) routes")
  }
}
