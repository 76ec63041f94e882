/// One capability in extended configuration space (PCI Express Base Specification 6.0, 7.6.3).
public struct ExtendedCapability: Hashable, Sendable {
  /// Where it begins.
  public let register: Register
  /// What it is.
  public let id: ExtendedCapabilityID
  /// The version of its layout, 0 to 15.
  public let version: UInt8

  /// Creates a capability.
  public init(register: Register, id: ExtendedCapabilityID, version: UInt8) {
    self.register = register
    self.id = id
    self.version = version
  }
}

/// The capabilities in the extended configuration space of a PCI Express function
/// (PCI Express Base Specification 6.0, 7.6.1 and 7.6.3).
///
/// Any values can be in the registers: the list has at most 960 capabilities, one for each
/// doubleword from 0x100 on.
public struct ExtendedCapabilityList: Equatable, Sendable {
  /// The capabilities, in the order of the list.
  public let capabilities: [ExtendedCapability]
  /// Why it has no more.
  public let end: CapabilityListEnd

  /// Follows the list, which begins at 0x100.
  ///
  /// The low two bits of a pointer are reserved, and software masks them (7.6.3). Behind a function
  /// of conventional PCI, or a bus that does not carry registers from 0x100 on, there may be
  /// anything: ask only a function with a PCI Express capability.
  ///
  /// - Parameter registers: The function's registers.
  public init(_ registers: some FunctionRegisters) {
    var found: [ExtendedCapability] = []
    var seen = [UInt64](repeating: 0, count: 16)
    var pointer: UInt16 = 0x100
    var end = CapabilityListEnd.endOfList
    while pointer != 0 {
      guard pointer >= 0x100 else {
        end = .outOfRange(pointer)
        break
      }
      let register = Register(integerLiteral: pointer)
      let word = Int(pointer / 256)
      let bit: UInt64 = 1 << UInt64(pointer / 4 % 64)
      guard seen[word] & bit == 0 else {
        end = .loop(register)
        break
      }
      seen[word] |= bit
      guard let value = registers.doubleword(at: pointer) else {
        end = .unreachable(register)
        break
      }
      guard value != .max else {
        end = .allOnes(register)
        break
      }
      guard value != 0 else {
        // All zeros at 0x100 stand for a function without extended capabilities (7.6.1).
        if found.isEmpty { end = .noList }
        break
      }
      found.append(
        ExtendedCapability(
          register: register,
          id: ExtendedCapabilityID(rawValue: UInt16(truncatingIfNeeded: value)),
          version: UInt8(truncatingIfNeeded: value >> 16 & 0xF)))
      pointer = UInt16(truncatingIfNeeded: value >> 20) & ~3
    }
    capabilities = found
    self.end = end
  }
}
