import CLinux

/// Which inputs of interrupt controllers each global system interrupt (GSI) reaches (`struct
/// kvm_irq_routing`, api.rst 4.52 `KVM_SET_GSI_ROUTING`).
public struct GSIRouting: Hashable, Sendable {
  /// What an interrupt reaches.
  public enum Destination: Hashable, Sendable {
    /// An input of the two 8259 controllers: 0 to 7 of the first, 8 to 15 of the second.
    case pic(pin: UInt32)
    /// An input of the I/O APIC: 0 to 23.
    case ioapic(pin: UInt32)
    /// A message.
    case msi(MSIMessage)
  }

  /// One route. A GSI may have one for a PIC input and one for an I/O APIC input.
  public struct Route: Hashable, Sendable {
    /// The interrupt's number, below what ``Extension/interruptRouting`` counts.
    public var gsi: UInt32
    /// What it reaches.
    public var destination: Destination

    /// Creates a route.
    public init(gsi: UInt32, to destination: Destination) {
      self.gsi = gsi
      self.destination = destination
    }
  }

  /// All routes.
  public var routes: [Route]

  /// Creates a table; without routes, no interrupt reaches anything.
  public init(_ routes: [Route] = []) { self.routes = routes }

  /// The table that a machine starts with where KVM has all controllers: GSIs 0 to 15 to the PICs,
  /// and 0 to 23 to the I/O APIC.
  public static let standard = GSIRouting(
    (0..<16).map { Route(gsi: $0, to: .pic(pin: $0)) }
      + (0..<24).map { Route(gsi: $0, to: .ioapic(pin: $0)) })
}

extension GSIRouting.Route {
  var structure: kvm_irq_routing_entry {
    var entry = kvm_irq_routing_entry()
    entry.gsi = gsi
    switch destination {
    case .pic(let pin):
      entry.type = UInt32(KVM_IRQ_ROUTING_IRQCHIP)
      entry.u.irqchip.irqchip = UInt32(pin < 8 ? KVM_IRQCHIP_PIC_MASTER : KVM_IRQCHIP_PIC_SLAVE)
      entry.u.irqchip.pin = pin < 8 ? pin : pin - 8
    case .ioapic(let pin):
      entry.type = UInt32(KVM_IRQ_ROUTING_IRQCHIP)
      entry.u.irqchip.irqchip = UInt32(KVM_IRQCHIP_IOAPIC)
      entry.u.irqchip.pin = pin
    case .msi(let message):
      entry.type = UInt32(KVM_IRQ_ROUTING_MSI)
      entry.u.msi.address_lo = UInt32(truncatingIfNeeded: message.address)
      entry.u.msi.address_hi = UInt32(message.address >> 32)
      entry.u.msi.data = message.data
    }
    return entry
  }
}
