/// The header of a function: the first 64 bytes of its configuration space, taken apart
/// (PCI Local Bus Specification 3.0, 6.1 and 6.2).
public struct Header: Equatable, Sendable {
  /// Who made the function.
  public let vendorID: UInt16
  /// Which of the vendor's functions it is.
  public let deviceID: UInt16
  /// Command, 16 bits (6.2.2).
  public let command: UInt16
  /// Status, 16 bits (6.2.3).
  public let status: UInt16
  /// The revision of the function.
  public let revisionID: UInt8
  /// What the function is.
  public let classCode: ClassCode
  /// The layout of the rest.
  public let layout: HeaderLayout
  /// Whether the device may have functions beside function 0: bit 7 of the header type.
  public let isMultiFunction: Bool
  /// The base address registers that return neither zero nor all ones. One that returns zero is not
  /// implemented, or memory of 32 bits without an address: only sizing tells the two apart. All
  /// ones are no address: the type that they name is reserved.
  public let baseAddresses: [BaseAddressValue]
  /// The expansion ROM's base address where its register does not return zero (6.2.5.2).
  public let expansionROM: BaseAddressValue?
  /// Who made the board and which it is, in headers of type 0 (6.2.4).
  public let subsystem: Subsystem?
  /// What only a bridge's header has.
  public let bridge: BridgeHeader?
  /// What software notes about the interrupt's routing.
  public let interruptLine: UInt8
  /// Which interrupt pin the function uses, 1 to 4; 0 for none.
  public let interruptPin: UInt8

  /// Who made a board and which it is.
  public struct Subsystem: Hashable, Sendable {
    /// The vendor.
    public let vendorID: UInt16
    /// The vendor's number for the board.
    public let id: UInt16

    /// Creates the pair.
    public init(vendorID: UInt16, id: UInt16) {
      self.vendorID = vendorID
      self.id = id
    }
  }

  /// Whether the class code and the layout belong together: bridges have headers of type 1 and 2,
  /// and a PCI-to-PCI bridge has type 1 (PCI Local Bus Specification 3.0, 6.2.1).
  public var classFitsLayout: Bool {
    switch layout {
    case .device: classCode.base != 0x06 || classCode.sub != 0x04
    case .bridge, .cardBus: classCode.base == 0x06
    case .undefined: true
    }
  }

  /// Whether the function has a list of capabilities: bit 4 of status (6.2.3).
  public var hasCapabilities: Bool { status >> 4 & 1 == 1 }

  /// Reads a header. A virtual function returns all ones for its vendor and device ID alone (PCI
  /// Express Base Specification 6.0, 9.3.4.1.1), and has one.
  ///
  /// - Parameter registers: The function's registers.
  /// - Throws: ``HeaderError``.
  public init(_ registers: some FunctionRegisters) throws(HeaderError) {
    let identification = try registers.required(0)
    guard identification & 0xFFFF != 0xFFFF || identification == .max else { throw .absent }
    guard identification != 0xFFFF_0001 else { throw .notReady }
    vendorID = UInt16(truncatingIfNeeded: identification)
    deviceID = UInt16(truncatingIfNeeded: identification >> 16)
    guard let commandStatus = registers.doubleword(at: 4) else {
      throw identification == .max ? .absent : .unreachable(0x04)
    }
    command = UInt16(truncatingIfNeeded: commandStatus)
    status = UInt16(truncatingIfNeeded: commandStatus >> 16)
    let classRevision = try registers.required(8)
    guard commandStatus != .max || classRevision != .max else {
      throw identification == .max ? .absent : .allOnes
    }
    revisionID = UInt8(truncatingIfNeeded: classRevision)
    classCode = ClassCode(
      base: UInt8(truncatingIfNeeded: classRevision >> 24),
      sub: UInt8(truncatingIfNeeded: classRevision >> 16),
      interface: UInt8(truncatingIfNeeded: classRevision >> 8))
    let headerType = UInt8(truncatingIfNeeded: try registers.required(0xC) >> 16)
    let layout = HeaderLayout(headerType: headerType)
    self.layout = layout
    isMultiFunction = headerType >> 7 == 1
    let interrupt = try registers.required(0x3C)
    interruptLine = UInt8(truncatingIfNeeded: interrupt)
    interruptPin = UInt8(truncatingIfNeeded: interrupt >> 8)
    baseAddresses = try Self.baseAddresses(registers, count: layout.baseAddressCount)
    expansionROM = try Self.expansionROM(registers, layout)
    if layout == .device {
      let board = try registers.required(0x2C)
      subsystem = Subsystem(
        vendorID: UInt16(truncatingIfNeeded: board), id: UInt16(truncatingIfNeeded: board >> 16))
    } else {
      subsystem = nil
    }
    bridge = layout == .bridge ? try BridgeHeader(registers) : nil
  }

  private static func baseAddresses(
    _ registers: some FunctionRegisters, count: UInt16
  ) throws(HeaderError) -> [BaseAddressValue] {
    var found: [BaseAddressValue] = []
    var index: UInt16 = 0
    while index < count {
      let offset = 0x10 + index * 4
      let value = try registers.required(offset)
      let upper = index + 1 < count ? try registers.required(offset + 4) : nil
      let base = BaseAddressValue(value, upper: upper, register: Register(integerLiteral: offset))
      if value != 0 && value != .max { found.append(base) }
      index += base.kind.isPair ? 2 : 1
    }
    return found
  }

  private static func expansionROM(
    _ registers: some FunctionRegisters, _ layout: HeaderLayout
  ) throws(HeaderError) -> BaseAddressValue? {
    guard let offset = layout.expansionROM else { return nil }
    let value = try registers.required(offset)
    return value == 0
      ? nil : BaseAddressValue(expansionROM: value, register: Register(integerLiteral: offset))
  }
}

/// Why there is no header to decode.
public enum HeaderError: Error, Equatable, Sendable {
  /// The vendor ID is 0xFFFF: no function answers (PCI Local Bus Specification 3.0, 6.1).
  case absent
  /// The vendor ID is known, and the registers behind it read as all ones: the function does not
  /// answer any more (PCI Local Bus Specification 3.0, 6.1).
  case allOnes
  /// The function asks to be read again later: vendor ID 0x0001 with all ones behind it
  /// (PCI Express Base Specification 6.0, 2.3.2).
  case notReady
  /// A register of the header could not be read.
  case unreachable(Register)
}

extension HeaderError: CustomStringConvertible {
  /// What was read, in one line.
  public var description: String {
    switch self {
    case .absent: "vendor ID 0xffff: no function answers"
    case .allOnes: "the registers read as all ones: the function does not answer"
    case .notReady: "vendor ID 0x0001, device ID 0xffff: the function is not ready yet"
    case .unreachable(let register): "register \(register): not reached, a header has 64 bytes"
    }
  }
}

extension FunctionRegisters {
  /// A doubleword of the header.
  func required(_ offset: UInt16) throws(HeaderError) -> UInt32 {
    guard let value = doubleword(at: offset) else {
      throw .unreachable(Register(integerLiteral: offset))
    }
    return value
  }
}
