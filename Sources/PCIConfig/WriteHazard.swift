/// What a write to a register may stop: the function, everything behind a bridge, or the machine.
public enum WriteHazard: Hashable, Sendable {
  /// Command: decoding and bus mastering (PCI Local Bus Specification 3.0, 6.2.2).
  case command
  /// A base address register (6.2.5.1).
  case baseAddress
  /// The expansion ROM's base address (6.2.5.2).
  case expansionROM
  /// A bridge's bus numbers (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.2 to 3.2.5.4).
  case busNumbers
  /// A bridge's base and limit of what it forwards (3.2.5.6 to 3.2.5.10).
  case bridgeWindow
  /// Bridge control, which resets the bus behind (3.2.5.18).
  case bridgeControl
  /// A register of a header whose layout no specification defines.
  case undefinedHeader
  /// A register of a host bridge behind the header: where memory and ECAM are, for example
  /// ``PCIEXBAR``.
  case hostBridge

  /// Looks at a write.
  ///
  /// - Parameters:
  ///   - register: The first register.
  ///   - width: How many bytes are written.
  ///   - layout: The layout of the function's header.
  ///   - classCode: What the function is.
  /// - Returns: `nil` where it stops nothing that is known here.
  public init?(
    _ register: Register, _ width: AccessWidth, _ layout: HeaderLayout, _ classCode: ClassCode
  ) {
    let written = register.offset..<register.offset + UInt16(width.byteCount)
    let found = Self.places(in: layout).first { written.overlaps($0.registers) }
    if let found {
      self = found.hazard
    } else if classCode.base == 0x06, classCode.sub == 0x00, written.upperBound > 0x40 {
      self = .hostBridge
    } else {
      return nil
    }
  }

  private typealias Place = (registers: Range<UInt16>, hazard: WriteHazard)

  private static func places(in layout: HeaderLayout) -> [Place] {
    let command: Place = (0x04..<0x06, .command)
    switch layout {
    case .device: return [command, (0x10..<0x28, .baseAddress), (0x30..<0x34, .expansionROM)]
    case .bridge:
      return [
        command, (0x10..<0x18, .baseAddress), (0x18..<0x1B, .busNumbers),
        (0x1C..<0x1E, .bridgeWindow), (0x20..<0x34, .bridgeWindow), (0x38..<0x3C, .expansionROM),
        (0x3E..<0x40, .bridgeControl),
      ]
    case .cardBus:
      return [
        command, (0x10..<0x14, .baseAddress), (0x18..<0x1B, .busNumbers),
        (0x1C..<0x3C, .bridgeWindow), (0x3E..<0x40, .bridgeControl), (0x44..<0x48, .baseAddress),
      ]
    case .undefined: return [command, (0x10..<0x40, .undefinedHeader)]
    }
  }
}

extension WriteHazard: CustomStringConvertible {
  /// What is written and what it may stop, in one line.
  public var description: String {
    switch self {
    case .command: "the command register: the function may stop"
    case .baseAddress: "a base address: the driver would reach something else"
    case .expansionROM: "the expansion ROM's base address: it may hide other addresses"
    case .busNumbers: "a bridge's bus numbers: what is behind it may be lost"
    case .bridgeWindow: "a bridge's window: what is behind it may be lost"
    case .bridgeControl: "bridge control: what is behind it may be reset or lost"
    case .undefinedHeader: "a register of an undefined header: it is not known what it does"
    case .hostBridge:
      "a host bridge's own register: memory or ECAM (PCIEXBAR) may go, and the machine stop"
    }
  }
}
