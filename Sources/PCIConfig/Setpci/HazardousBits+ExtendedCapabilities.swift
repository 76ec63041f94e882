extension HazardousBits {
  /// Those of the capabilities in the extended configuration space of a PCI Express function.
  static func extendedCapabilities(of registers: some FunctionRegisters) -> [HazardousBits] {
    guard let header = try? Header(registers),
      CapabilityList(registers, header).capabilities.contains(where: { $0.id == .express })
    else { return [] }
    return ExtendedCapabilityList(registers).capabilities.flatMap { bits(of: $0, registers) }
  }

  private static func bits(
    of capability: ExtendedCapability, _ registers: some FunctionRegisters
  ) -> [HazardousBits] {
    let start = capability.register.offset
    // A control register behind the capabilities that describe it.
    let upperWord: UInt32 = 0xFFFF_0000
    switch capability.id {
    case .accessControlServices:
      return [HazardousBits(.accessControl, at: start + 4, upperWord)]
    case .addressTranslation, .pasid:
      return [HazardousBits(.addressTranslation, at: start + 4, upperWord)]
    case .pageRequest: return [HazardousBits(.addressTranslation, at: start + 4, 0x3)]
    // Control, NumVFs, System Page Size and base addresses.
    case .singleRootIOV:
      return [
        HazardousBits(.virtualFunctions, at: start + 0x08, 0xFFFF),
        HazardousBits(.virtualFunctions, at: start + 0x10, 0xFFFF),
      ] + bytes(.virtualFunctions, start + 0x20..<start + 0x3C)
    case .multicast:
      return [HazardousBits(.multicast, at: start + 4, upperWord)]
        + bytes(.multicast, start + 8..<start + 0x30)
    case .resizableBAR: return resizable(.baseAddress, capability.register, registers)
    case .virtualFunctionResizableBAR:
      return resizable(.virtualFunctions, capability.register, registers)
    // DPC Software Trigger.
    case .downstreamPortContainment:
      return [HazardousBits(.link, at: start + 4, 0x0040_0000)]
    case .designatedVendorSpecific: return designatedVendor(capability.register, registers)
    // Control, and a window to the configuration space below the port.
    case .systemFirmwareIntermediary:
      return [HazardousBits(.slot, at: start + 4, upperWord)]
        + bytes(.window, start + 0x0C..<start + 0x14)
    default: return []
    }
  }

  /// BAR Size of each Resizable BAR; the first control register tells how many there are.
  private static func resizable(
    _ hazard: WriteHazard, _ register: Register, _ registers: some FunctionRegisters
  ) -> [HazardousBits] {
    guard let control = registers.doublewords(of: register, at: 8, count: 1) else { return [] }
    return (0..<UInt16(control[0] >> 5 & 7)).map {
      HazardousBits(hazard, at: register.offset + 8 + $0 * 8, 0x3F00)
    }
  }

  /// What the CXL Consortium's capabilities have behind their description.
  private static func designatedVendor(
    _ register: Register, _ registers: some FunctionRegisters
  ) -> [HazardousBits] {
    guard let first = registers.doublewords(of: register, at: 4, count: 1),
      first[0] & 0xFFFF == 0x1E98
    else { return [] }
    let start = register.offset
    let byteCount = UInt16(first[0] >> 20)
    return byteCount > 0x0C ? bytes(.cxl, start + 0x0C..<start + byteCount) : []
  }
}
