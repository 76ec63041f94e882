/// Which bits of addresses are decoded, where that is what a mutation breaks.
extension Mutation {
  /// The bits that CONFIG_ADDRESS has.
  var configurationAddressBits: UInt32 {
    switch self {
    case .conf1AddressKeepsReservedBits, .conf1ReservedBitsRefused: 0xFFFF_FFFC
    case .conf1LowBitsAdded: 0x80FF_FFFF
    case .conf1ReachesExtended: 0x8FFF_FFFC
    default: 0x80FF_FFFC
    }
  }

  /// The bits of bus, device and function that mechanism #1 decodes.
  var mechanism1RoutingBits: UInt16 {
    switch self {
    case .conf1BusIgnored: 0x00FF
    case .conf1DeviceCut: 0xFF7F
    case .conf1FunctionIgnored: 0xFFF8
    default: .max
    }
  }

  /// The bits of bus, device and function that the ECAM window decodes.
  var windowRoutingBits: UInt16 {
    switch self {
    case .ecamBusIgnored: 0x00FF
    case .ecamBusCut: 0x7FFF
    case .ecamFunctionIgnored: 0xFFF8
    default: .max
    }
  }
}
