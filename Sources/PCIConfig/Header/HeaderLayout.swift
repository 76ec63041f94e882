/// The layout of the registers from 0x10 to 0x3F: bits 6:0 of the header type
/// (PCI Local Bus Specification 3.0, 6.2.1).
public enum HeaderLayout: Hashable, Sendable {
  /// Type 0: everything but bridges to PCI and to CardBus.
  case device
  /// Type 1: a bridge to another PCI bus (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2).
  case bridge
  /// Type 2: a bridge to CardBus (PC Card Standard 8.0).
  case cardBus
  /// A layout that no specification defines, 3 to 127.
  case undefined(UInt8)

  /// Creates a layout.
  ///
  /// - Parameter headerType: The header type; bit 7 does not count.
  public init(headerType: UInt8) {
    switch headerType & 0x7F {
    case 0: self = .device
    case 1: self = .bridge
    case 2: self = .cardBus
    case let other: self = .undefined(other)
    }
  }

  /// How many base address registers there are from 0x10 on.
  public var baseAddressCount: UInt16 {
    switch self {
    case .device: 6
    case .bridge: 2
    case .cardBus: 1
    case .undefined: 0
    }
  }

  /// Where the base address of the expansion ROM is; `nil` where the layout has none.
  public var expansionROM: UInt16? {
    switch self {
    case .device: 0x30
    case .bridge: 0x38
    case .cardBus, .undefined: nil
    }
  }

  /// Where the pointer to the first capability is.
  var capabilitiesPointer: UInt16? {
    switch self {
    case .device, .bridge: 0x34
    case .cardBus: 0x14
    case .undefined: nil
    }
  }
}
