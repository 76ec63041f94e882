import PCIConfig

extension ConfigurationSpace<MechanismFailure<Never>> {
  /// Gives the bridges of a bus their bus numbers, depth first, as firmware does (PCI-to-PCI Bridge
  /// Architecture Specification 1.2, 3.2.5), and lists the functions of the bus and of those behind
  /// it.
  ///
  /// - Parameters:
  ///   - bus: The bus.
  ///   - last: The last number given away; at the end the last one below `bus`.
  public func numberBuses(from bus: UInt8, _ last: inout UInt8) -> [FunctionAddress] {
    var found: [FunctionAddress] = []
    for function in functions(ofBus: bus) {
      found.append(function)
      guard read(function, .headerType, .byte) & 0x7F == 1, last < 255 else { continue }
      last += 1
      let secondary = last
      // While the buses behind are looked at, all numbers that are left lead there.
      setBuses(of: function, primary: bus, secondary: secondary, subordinate: 255)
      found += numberBuses(from: secondary, &last)
      setBuses(of: function, primary: bus, secondary: secondary, subordinate: last)
    }
    return found
  }

  private func setBuses(
    of bridge: FunctionAddress, primary: UInt8, secondary: UInt8, subordinate: UInt8
  ) {
    let numbers = UInt32(primary) | UInt32(secondary) << 8 | UInt32(subordinate) << 16
    write(bridge, 0x18, .doubleword, read(bridge, 0x18) & 0xFF00_0000 | numbers)
  }
}
