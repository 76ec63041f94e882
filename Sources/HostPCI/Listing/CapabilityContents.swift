import PCIConfig

/// What a capability says, as far as it is decoded.
package enum CapabilityContents {
  case powerManagement(PowerManagement)
  case msi(MSI)
  case msix(MSIX)
  /// With the registers of version 2, and whether the function has memory.
  case express(ExpressCapability, ExpressCapability.Version2?, hasMemory: Bool)
  case virtio(VirtioCapability)
  /// A vendor's own, of so many bytes.
  case vendor(byteCount: Int)
  case hyperTransport(HyperTransportCapability)
  case debugPort(DebugPort)
  case sata(SATACapability)
  /// The board of a bridge.
  case subsystem(Header.Subsystem)
  case errorReporting(AdvancedErrorReporting)
  case extendedVendor(VendorCapability)
  /// The serial number of a device, 64 bits.
  case serialNumber(UInt64)
  /// The name alone.
  case named(String)

  /// Decodes a capability of the first list.
  init(_ registers: some FunctionRegisters, _ header: Header, _ capability: Capability) {
    let register = capability.register
    let decoded: CapabilityContents? =
      switch capability.id {
      case .powerManagement: PowerManagement(registers, at: register).map { .powerManagement($0) }
      case .msi: MSI(registers, at: register).map { .msi($0) }
      case .msiX: MSIX(registers, at: register).map { .msix($0) }
      case .express: Self.express(registers, header, register)
      case .vendorSpecific:
        Self.virtio(registers, header, register)
          ?? .vendor(byteCount: Int(capability.header & 0xFF))
      case .hyperTransport:
        HyperTransportCapability(capability).map { .hyperTransport($0) }
      case .debugPort: DebugPort(capability).map { .debugPort($0) }
      case .sata: SATACapability(registers, at: register).map { .sata($0) }
      case .subsystem: Self.subsystem(registers, register)
      default: nil
      }
    self =
      decoded
      ?? .named(
        capability.id.name
          ?? "#\(hexadecimal(capability.id.rawValue, digits: 2)) "
          + "[\(hexadecimal(capability.header, digits: 4))]")
  }

  /// Decodes a capability of extended configuration space.
  init(_ registers: some FunctionRegisters, _ capability: ExtendedCapability, isRoot: Bool) {
    let decoded: CapabilityContents? =
      switch capability.id {
      case .advancedErrorReporting:
        AdvancedErrorReporting(registers, at: capability.register, isRoot: isRoot)
          .map { .errorReporting($0) }
      case .deviceSerialNumber: Self.serialNumber(registers, capability.register)
      default: VendorCapability(registers, capability).map { .extendedVendor($0) }
      }
    self =
      decoded
      ?? .named(
        capability.id.name
          ?? "Extended Capability ID \(hexadecimal(capability.id.rawValue, digits: 4))")
  }

  private static func express(
    _ registers: some FunctionRegisters, _ header: Header, _ register: Register
  ) -> CapabilityContents? {
    guard let value = ExpressCapability(registers, at: register) else { return nil }
    return .express(
      value, ExpressCapability.Version2(registers, at: register, of: value),
      hasMemory: header.baseAddresses.contains { $0.kind.isMemory })
  }

  private static func virtio(
    _ registers: some FunctionRegisters, _ header: Header, _ register: Register
  ) -> CapabilityContents? {
    guard header.isVirtio else { return nil }
    return VirtioCapability(registers, at: register).map { .virtio($0) }
  }

  /// The board (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.13).
  private static func subsystem(
    _ registers: some FunctionRegisters, _ register: Register
  ) -> CapabilityContents? {
    guard register.offset < 0xFC, let value = registers.doubleword(at: register.offset + 4) else {
      return nil
    }
    return .subsystem(
      Header.Subsystem(
        vendorID: UInt16(truncatingIfNeeded: value), id: UInt16(truncatingIfNeeded: value >> 16)))
  }

  /// The serial number (PCI Express Base Specification 6.0, 7.9.3).
  private static func serialNumber(
    _ registers: some FunctionRegisters, _ register: Register
  ) -> CapabilityContents? {
    guard register.offset < 0xFF8, let lower = registers.doubleword(at: register.offset + 4),
      let upper = registers.doubleword(at: register.offset + 8)
    else { return nil }
    return .serialNumber(UInt64(upper) << 32 | UInt64(lower))
  }

  /// The offset of the window to the device's registers, in bytes from the start of the capability;
  /// `nil` where it has none. Reading the window accesses the device.
  var windowOffset: Int? {
    switch self {
    // Virtual I/O Device 1.2, 4.1.4.9
    case .virtio(let value) where value.structure == .configurationAccess: 16
    // Serial ATA AHCI Specification 1.3.1, 2.4
    case .sata(let value) where value.location == .configurationSpace: 8
    default: nil
    }
  }
}
