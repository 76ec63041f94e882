import PCIConfig

/// Finds functions where no kernel lists them, as software may (PCI Local Bus Specification 3.0,
/// 6.1 and 6.2.1): a device by the vendor ID of its function 0, the others of a multi-function
/// device by theirs, and the buses behind bridges by their secondary bus number.
enum BusWalk {
  /// The functions of segment 0 that are reached from bus 0, ascending.
  ///
  /// - Parameter read: Reads a doubleword of a function: all ones where none answers.
  static func functions<Failure: Error>(
    _ read: (FunctionAddress, Register) throws(Failure) -> UInt32
  ) throws(Failure) -> [FunctionAddress] {
    var found: [FunctionAddress] = []
    var seen: Set<UInt8> = [0]
    var buses: [UInt8] = [0]
    while let bus = buses.popLast() {
      for device in UInt16(0)..<32 {
        let first = FunctionAddress(routingID: UInt16(bus) << 8 | device << 3)
        var count: UInt8 = 1
        var number: UInt8 = 0
        while number < count {
          let function = first.sibling(number)
          number += 1
          let identification = try read(function, .vendorID)
          guard identification & 0xFFFF != 0xFFFF, identification != 0 else { continue }
          found.append(function)
          let type = UInt8(truncatingIfNeeded: try read(function, 0x0C) >> 16)
          if function == first && type >> 7 == 1 { count = 8 }
          guard HeaderLayout(headerType: type) != .device,
            let secondary = try secondaryBus(of: function, type, read)
          else { continue }
          if seen.insert(secondary).inserted { buses.append(secondary) }
        }
      }
    }
    return found.sorted()
  }

  /// The bus behind a bridge to PCI or CardBus; both have it at 0x19.
  private static func secondaryBus<Failure: Error>(
    of function: FunctionAddress, _ type: UInt8,
    _ read: (FunctionAddress, Register) throws(Failure) -> UInt32
  ) throws(Failure) -> UInt8? {
    switch HeaderLayout(headerType: type) {
    case .bridge, .cardBus:
      return UInt8(truncatingIfNeeded: try read(function, 0x18) >> 8)
    case .device, .undefined: return nil
    }
  }
}
