import PCIConfig

/// What setpci calls the registers of a function (setpci(8)).
struct RegisterNames {
  private let registers: ConfigurationImage
  private let layout: HeaderLayout?
  private let capabilities: [Capability]
  private let extended: [ExtendedCapability]

  /// Looks at a function's registers.
  init(_ registers: ConfigurationImage) {
    self.registers = registers
    guard let header = try? Header(registers) else {
      (layout, capabilities, extended) = (nil, [], [])
      return
    }
    layout = header.layout
    capabilities = CapabilityList(registers, header).capabilities
    extended = registers.bytes.count > 256 ? ExtendedCapabilityList(registers).capabilities : []
  }

  private static let headerRegisters = HeaderRegister.table

  /// A register, or a part of one, with its name.
  struct Part: Equatable {
    let register: Register
    let width: AccessWidth
    /// `nil` where it has none that is known here.
    let name: String?
  }

  /// The registers of a doubleword in which bits are set.
  ///
  /// - Parameters:
  ///   - register: A multiple of 4.
  ///   - bits: The bits that matter, not 0.
  func parts(of register: Register, with bits: UInt32) -> [Part] {
    var parts: [Part] = []
    var rest = bits
    for named in Self.headerRegisters
    where named.register.offset & ~3 == register.offset
      && (layout.map(named.exists) ?? named.isInEveryLayout)
    {
      let mask = named.width.allOnes << (UInt32(named.register.offset & 3) * 8)
      guard bits & mask != 0 else { continue }
      parts.append(Part(register: named.register, width: named.width, name: named.name))
      rest &= ~mask
    }
    guard rest != 0 else { return parts }
    return parts + [Part(register: register, width: .doubleword, name: name(of: register))]
  }

  /// The name by the capability that a register belongs to.
  private func name(of register: Register) -> String? {
    if register.isExtended {
      guard
        let capability = extended.filter({ $0.register <= register }).max(by: {
          $0.register < $1.register
        })
      else { return nil }
      return Self.name(.extendedCapability(id: capability.id), capability.register, register)
    }
    guard
      let capability = capabilities.filter({ $0.register <= register }).max(by: {
        $0.register < $1.register
      }), Int(register.offset - capability.register.offset) < byteCount(of: capability)
    else { return nil }
    return Self.name(.capability(id: capability.id), capability.register, register)
  }

  private static func name(
    _ base: RegisterExpression.Base, _ start: Register, _ register: Register
  ) -> String {
    let offset = register.offset - start.offset
    return "\(base)" + (offset > 0 ? "+" + hexadecimal(offset, digits: 1) : "")
  }

  /// How many bytes a capability has; where that is not known here, as many as there are.
  private func byteCount(of capability: Capability) -> Int {
    switch capability.id {
    case .powerManagement, .vitalProductData, .subsystem, .advancedFeatures: 8
    case .msi: 24
    case .vendorSpecific: Int(capability.header & 0xFF)
    case .express: 60
    case .msiX: 12
    default: 256
    }
  }
}
