/// Why a list of capabilities ends.
public enum CapabilityListEnd: Hashable, Sendable {
  /// The function has no such list.
  case noList
  /// The last capability says that it is the last.
  case endOfList
  /// The pointer leads to a capability that was there before.
  case loop(Register)
  /// The pointer leads to a register where no capability can be: into the header, or from extended
  /// configuration space into the first 256 bytes.
  case outOfRange(UInt16)
  /// The capability reads as all ones: nothing answers there.
  case allOnes(Register)
  /// The register cannot be read: the image ends before, or the mechanism does not reach it.
  case unreachable(Register)
}

extension CapabilityListEnd: CustomStringConvertible {
  /// The reason, in one line.
  public var description: String {
    switch self {
    case .noList: "the function has no such list"
    case .endOfList: "the last capability"
    case .loop(let register): "a loop: the pointer leads back to \(register)"
    case .outOfRange(let offset):
      "the pointer leads to 0x\(hexadecimal(offset, digits: 2)), where no capability can be"
    case .allOnes(let register): "\(register) reads as all ones"
    case .unreachable(let register): "\(register) cannot be read"
    }
  }
}

/// One capability in the first 256 bytes (PCI Local Bus Specification 3.0, 6.7 and appendix H).
public struct Capability: Hashable, Sendable {
  /// Where it begins.
  public let register: Register
  /// What it is.
  public let id: CapabilityID
  /// The 16 bits after the pointer to the next one; their meaning depends on `id`.
  public let header: UInt16

  /// Creates a capability.
  public init(register: Register, id: CapabilityID, header: UInt16) {
    self.register = register
    self.id = id
    self.header = header
  }
}

/// The capabilities in the first 256 bytes of a function (PCI Local Bus Specification 3.0, 6.7).
///
/// Any values can be in the registers: the list has at most 48 capabilities, one for each
/// doubleword behind the header.
public struct CapabilityList: Equatable, Sendable {
  /// The capabilities, in the order of the list.
  public let capabilities: [Capability]
  /// Why it has no more.
  public let end: CapabilityListEnd

  /// Follows the list.
  ///
  /// The low two bits of a pointer are reserved, and software masks them (6.7).
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - header: Its header.
  public init(_ registers: some FunctionRegisters, _ header: Header) {
    guard header.hasCapabilities, let first = header.layout.capabilitiesPointer else {
      capabilities = []
      end = .noList
      return
    }
    var found: [Capability] = []
    var seen: UInt64 = 0
    guard let start = registers.doubleword(at: first) else {
      capabilities = []
      end = .unreachable(Register(integerLiteral: first))
      return
    }
    var pointer = UInt16(start & 0xFC)
    var end = CapabilityListEnd.endOfList
    while pointer != 0 {
      guard pointer >= 0x40 else {
        end = .outOfRange(pointer)
        break
      }
      let register = Register(integerLiteral: pointer)
      guard seen >> UInt64(pointer / 4) & 1 == 0 else {
        end = .loop(register)
        break
      }
      seen |= 1 << UInt64(pointer / 4)
      guard let value = registers.doubleword(at: pointer) else {
        end = .unreachable(register)
        break
      }
      guard value & 0xFF != 0xFF else {
        end = .allOnes(register)
        break
      }
      found.append(
        Capability(
          register: register, id: CapabilityID(rawValue: UInt8(truncatingIfNeeded: value)),
          header: UInt16(truncatingIfNeeded: value >> 16)))
      pointer = UInt16(value >> 8 & 0xFC)
    }
    capabilities = found
    self.end = end
  }
}
