import KVM

/// The doorbells of a device as KVM has them: wherever a guest has the device's registers at this
/// moment.
final class DoorbellAssignments {
  private let source: any DoorbellSource
  private let mode: BoardConfiguration.Doorbells
  private let mutation: Mutation?
  private var assigned: Set<Doorbell> = []
  private var event: DeviceDoorbell.Event?
  private var versions: (host: UInt64, source: UInt64)?

  init(
    of source: any DoorbellSource, _ mode: BoardConfiguration.Doorbells, mutation: Mutation? = nil
  ) {
    self.source = source
    self.mode = mode
    self.mutation = mutation
  }

  /// Assigns what rings now, and takes away what does not any more.
  ///
  /// - Parameters:
  ///   - host: Where the device is.
  ///   - buses: Who answers where.
  ///   - machine: The machine.
  func update(
    _ host: PCIHost, ports: Bus, memory: Bus, _ machine: borrowing Machine
  ) throws(KVMError) {
    guard mode != .none,
      versions?.host != host.version || versions?.source != source.doorbellVersion
    else { return }
    versions = (host.version, source.doorbellVersion)
    let doorbell = source.doorbell
    let wanted = Set(doorbell.map { places(of: $0, host, ports: ports, memory: memory) } ?? [])
    if let event {
      for place in assigned.subtracting(wanted) {
        try machine.deassign(place, from: event.descriptor)
        assigned.remove(place)
      }
    }
    event = doorbell?.event
    guard let event else { return }
    for place in wanted.subtracting(assigned) {
      try machine.assign(place, to: event.descriptor)
      assigned.insert(place)
    }
  }

  /// Takes how often the guest has rung since this was asked last.
  ///
  /// - Returns: The doorbell and how often it was rung; `nil` where none was. One counter stands
  ///   behind all places where the device shows the same register: the lowest is named.
  func takeRings() throws(KVMError) -> (doorbell: Doorbell, count: UInt64)? {
    guard let event, !assigned.isEmpty else { return nil }
    let count = try event.descriptor.takeCount()
    let doorbell = assigned.min {
      ProfiledAccess($0.address, .write) < ProfiledAccess($1.address, .write)
    }
    guard count > 0, let doorbell else { return nil }
    return (doorbell, count)
  }

  private func places(
    of doorbell: DeviceDoorbell, _ host: PCIHost, ports: Bus, memory: Bus
  ) -> [Doorbell] {
    host.addresses(of: doorbell.device, at: doorbell.offset).compactMap { space, address in
      let address = mutation == .doorbellMisplaced ? address &+ 1 : address
      let bus = space == .ports ? ports : memory
      // Where another device answers first, a doorbell would take what belongs to that one.
      guard bus.device(at: address) === doorbell.device else { return nil }
      let place: IOAddress
      switch space {
      case .memory: place = .memory(address)
      case .ports:
        guard let port = UInt16(exactly: address) else { return nil }
        place = .port(port)
      }
      if mutation == .doorbellWide { return Doorbell(place, .width(.word)) }
      if let value = doorbell.value { return Doorbell(place, .value(UInt64(value), .byte)) }
      return Doorbell(place, mode == .wildcard && space == .memory ? .anyWidth : .width(.byte))
    }
  }
}
