import PCIConfig

/// The capabilities of a function, decoded, and the bytes of each.
struct FunctionCapabilities {
  /// A capability of either list.
  struct Entry<Value> {
    let value: Value
    let contents: CapabilityContents
    /// Its bytes, by their place among the registers.
    let bytes: ArraySlice<UInt8>
  }

  /// Those below 256.
  let conventional: [Entry<Capability>]
  /// Why there are no more.
  let conventionalEnd: CapabilityListEnd
  /// Those from 256 up.
  let extended: [Entry<ExtendedCapability>]
  /// Why there are no more; `nil` where the function can have none.
  let extendedEnd: CapabilityListEnd?

  /// How many bytes are shown of a capability whose length is not known.
  static let greatestUnknownLength = 64

  /// Follows the lists.
  init(_ registers: ConfigurationImage, _ header: Header) {
    let list = CapabilityList(registers, header)
    let isExpress = list.capabilities.contains { $0.id == Capability.expressID }
    let reachesExtended = registers.bytes.count > 256
    let extendedList = isExpress && reachesExtended ? ExtendedCapabilityList(registers) : nil
    let express = list.capabilities.first { $0.id == Capability.expressID }
      .flatMap { ExpressCapability(registers, at: $0.register) }
    let starts =
      (list.capabilities.map(\.register) + (extendedList?.capabilities.map(\.register) ?? []))
      .map { Int($0.offset) }.sorted()

    func bytes(from register: Register, _ count: Int?) -> ArraySlice<UInt8> {
      let start = Int(register.offset)
      let limit = min(registers.bytes.count, start < 256 ? 256 : 4096)
      let next = starts.first { $0 > start } ?? limit
      let end = min(start + (count ?? Self.greatestUnknownLength), next, limit)
      return registers.bytes[min(start, end)..<end]
    }

    conventional = list.capabilities.map { capability in
      let contents = CapabilityContents(registers, header, capability)
      return Entry(
        value: capability, contents: contents,
        bytes: bytes(from: capability.register, contents.byteCount))
    }
    conventionalEnd = list.end
    extended = (extendedList?.capabilities ?? []).map { capability in
      let contents = CapabilityContents(
        registers, capability, isRoot: express?.kind.isRoot ?? false)
      return Entry(
        value: capability, contents: contents,
        bytes: bytes(from: capability.register, contents.byteCount))
    }
    extendedEnd = extendedList?.end
  }
}

/// What a capability says, as far as it is decoded.
enum CapabilityContents {
  case powerManagement(PowerManagement)
  case msi(MSI)
  case msix(MSIX)
  case express(ExpressCapability)
  case virtio(VirtioCapability)
  /// A vendor's own, of so many bytes.
  case vendor(byteCount: Int)
  case errorReporting(AdvancedErrorReporting)
  case extendedVendor(VendorCapability)
  /// The name alone, and the length where it is fixed.
  case named(String, byteCount: Int?)

  /// Decodes a capability of the first list.
  init(_ registers: ConfigurationImage, _ header: Header, _ capability: Capability) {
    let register = capability.register
    let decoded: CapabilityContents? =
      switch capability.id {
      case PowerManagement.id: PowerManagement(registers, at: register).map { .powerManagement($0) }
      case MSI.id: MSI(registers, at: register).map { .msi($0) }
      case MSIX.id: MSIX(registers, at: register).map { .msix($0) }
      case Capability.expressID: ExpressCapability(registers, at: register).map { .express($0) }
      case 0x09:
        Self.virtio(registers, header, register)
          ?? .vendor(byteCount: Int(capability.header & 0xFF))
      default: nil
      }
    self =
      decoded
      ?? .named(
        capability.name
          ?? "#\(hexadecimal(capability.id, digits: 2)) "
          + "[\(hexadecimal(capability.header, digits: 4))]",
        byteCount: Self.fixedLengths[capability.id])
  }

  /// Decodes a capability of extended configuration space.
  init(_ registers: ConfigurationImage, _ capability: ExtendedCapability, isRoot: Bool) {
    let decoded: CapabilityContents? =
      switch capability.id {
      case AdvancedErrorReporting.id:
        AdvancedErrorReporting(registers, at: capability.register, isRoot: isRoot)
          .map { .errorReporting($0) }
      default: VendorCapability(registers, capability).map { .extendedVendor($0) }
      }
    self =
      decoded
      ?? .named(
        capability.name ?? "Extended Capability ID \(hexadecimal(capability.id, digits: 4))",
        byteCount: capability.id == 0x03 ? 12 : nil)
  }

  /// The lengths of capabilities that are not decoded: VPD, slot ID, CompactPCI's hot-swap, debug
  /// port, subsystem, SATA, advanced features.
  private static let fixedLengths: [UInt8: Int] = [
    0x03: 8, 0x04: 4, 0x06: 4, 0x0A: 4, 0x0D: 8, 0x12: 8, 0x13: 6,
  ]

  private static func virtio(
    _ registers: ConfigurationImage, _ header: Header, _ register: Register
  ) -> CapabilityContents? {
    guard header.isVirtio else { return nil }
    return VirtioCapability(registers, at: register).map { .virtio($0) }
  }

  /// How many bytes the capability has; `nil` where that is not known.
  var byteCount: Int? {
    switch self {
    case .powerManagement: 8
    case .msi(let value): value.byteCount
    case .msix: 12
    case .express(let value): value.byteCount
    case .virtio(let value): Int(value.byteCount)
    case .vendor(let count): count
    case .errorReporting: 0x48
    case .extendedVendor(let value): Int(value.byteCount)
    case .named(_, let count): count
    }
  }
}
