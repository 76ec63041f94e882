/// Which register of a function is meant, in setpci's words (setpci(8), "OPERATIONS"):
/// `base[+offset][.b|.w|.l][@n]`, for example `COMMAND`, `40.w`, `CAP_EXP+10.w` or `ECAP_AER+8.l`.
public struct RegisterExpression: Hashable, Sendable {
  /// What the offset counts from.
  public enum Base: Hashable, Sendable {
    /// A register by its number.
    case register(Register)
    /// A register of the header, by its name.
    case header(HeaderRegister)
    /// A capability in the first 256 bytes.
    case capability(id: CapabilityID)
    /// A capability in extended configuration space.
    case extendedCapability(id: ExtendedCapabilityID)
  }

  /// What the offset counts from.
  public let base: Base
  /// How many bytes behind the base, 0 to 4095.
  public let offset: UInt16
  /// How many bytes are accessed.
  public let width: AccessWidth
  /// Which of several capabilities with the same ID, counted from 0.
  public let instance: UInt32

  /// Creates an expression that was checked.
  init(base: Base, offset: UInt16, width: AccessWidth, instance: UInt32) {
    self.base = base
    self.offset = offset
    self.width = width
    self.instance = instance
  }

  /// Finds the register in a function.
  ///
  /// Only what the expression needs is read: nothing for a number, the header type for a register
  /// that not every header has, and the list for a capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - count: How many consecutive registers are meant, 1 or more.
  /// - Returns: The first of them, a multiple of the width.
  /// - Throws: ``RegisterLookupError``.
  public func register(
    in registers: some FunctionRegisters, count: Int = 1
  ) throws(RegisterLookupError) -> Register {
    let first = Int(try baseRegister(in: registers).offset) + Int(offset)
    guard first + width.byteCount * count <= 4096 else { throw .outOfRange(first) }
    return Register(integerLiteral: UInt16(first))
  }

  private func baseRegister(
    in registers: some FunctionRegisters
  ) throws(RegisterLookupError) -> Register {
    switch base {
    case .register(let register): return register
    case .header(let named):
      guard !named.isInEveryLayout else { return named.register }
      guard let type = registers.byte(at: Register.headerType.offset) else {
        throw .unreadable(.unreachable(.headerType))
      }
      guard type != .max else { throw .unreadable(.allOnes) }
      let layout = HeaderLayout(headerType: type)
      guard named.exists(in: layout) else { throw .notInHeader(named.name, layout) }
      return named.register
    case .capability(let id):
      let list = try capabilities(of: registers)
      return try find(list.capabilities.filter { $0.id == id }.map { $0.register }, list.end)
    case .extendedCapability(let id):
      let conventional = try capabilities(of: registers)
      guard conventional.capabilities.contains(where: { $0.id == .express }) else {
        return try find([], conventional.end)
      }
      let list = ExtendedCapabilityList(registers)
      return try find(list.capabilities.filter { $0.id == id }.map { $0.register }, list.end)
    }
  }

  private func capabilities(
    of registers: some FunctionRegisters
  ) throws(RegisterLookupError) -> CapabilityList {
    let header: Header
    do {
      header = try Header(registers)
    } catch {
      throw .unreadable(error)
    }
    return CapabilityList(registers, header)
  }

  private func find(
    _ found: [Register], _ end: CapabilityListEnd
  ) throws(RegisterLookupError) -> Register {
    guard Int(instance) < found.count else {
      throw .noCapability("\(base)", instance: instance, found: found.count, end)
    }
    return found[Int(instance)]
  }
}

extension RegisterExpression: CustomStringConvertible {
  /// The expression with its width, for example `COMMAND.w` or `CAP_EXP+10.w@1`.
  public var description: String {
    "\(base)" + (offset > 0 ? "+" + hexadecimal(offset, digits: 1) : "") + "." + width.letter
      + (instance > 0 ? "@" + hexadecimal(instance, digits: 1) : "")
  }
}

extension RegisterExpression.Base: CustomStringConvertible {
  /// The base as setpci writes it: `40`, `COMMAND`, `CAP_EXP`, `ECAP108`.
  public var description: String {
    switch self {
    case .register(let register): return hexadecimal(register.offset, digits: 2)
    case .header(let named): return named.name
    case .capability(let id):
      return id.abbreviation.map { "CAP_" + $0 } ?? "CAP" + hexadecimal(id.rawValue, digits: 2)
    case .extendedCapability(let id):
      return id.abbreviation.map { "ECAP_" + $0 } ?? "ECAP" + hexadecimal(id.rawValue, digits: 4)
    }
  }
}
