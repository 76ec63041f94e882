import PCIConfig

/// The names of a function's registers in setpci's words (setpci(8)).
struct RegisterNames {
  private let registers: ConfigurationImage
  private let layout: HeaderLayout?
  private let capabilities: [Capability]
  private let extended: [ExtendedCapability]
  private let express: ExpressCapability?

  /// Finds the capabilities of a function.
  init(_ registers: ConfigurationImage) {
    self.registers = registers
    guard let header = try? Header(registers) else {
      (layout, capabilities, extended, express) = (nil, [], [], nil)
      return
    }
    layout = header.layout
    capabilities = CapabilityList(registers, header).capabilities
    extended = registers.bytes.count > 256 ? ExtendedCapabilityList(registers).capabilities : []
    express = capabilities.first { $0.id == .express }
      .flatMap { ExpressCapability(registers, at: $0.register) }
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

  /// The name by the capability that a register belongs to. Where the length of a capability is not
  /// known, it extends to the next one.
  private func name(of register: Register) -> String? {
    if register.isExtended {
      guard
        let capability = extended.filter({ $0.register <= register }).max(by: {
          $0.register < $1.register
        }),
        Int(register.offset - capability.register.offset)
          < capability.byteCount(registers, express) ?? .max
      else { return nil }
      return Self.name(.extendedCapability(id: capability.id), capability.register, register)
    }
    guard let layout,
      let capability = capabilities.filter({ $0.register <= register }).max(by: {
        $0.register < $1.register
      }),
      Int(register.offset - capability.register.offset)
        < capability.byteCount(registers, layout) ?? .max
    else { return nil }
    return Self.name(.capability(id: capability.id), capability.register, register)
  }

  private static func name(
    _ base: RegisterExpression.Base, _ start: Register, _ register: Register
  ) -> String {
    let offset = register.offset - start.offset
    return "\(base)" + (offset > 0 ? "+" + hexadecimal(offset, digits: 1) : "")
  }
}
