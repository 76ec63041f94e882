extension HazardousBits {
  /// Those of the capabilities in the first 256 bytes.
  static func capabilities(of registers: some FunctionRegisters) -> [HazardousBits] {
    guard let header = try? Header(registers) else { return [] }
    return CapabilityList(registers, header).capabilities.flatMap {
      bits(of: $0, registers, header)
    }
  }

  private static func bits(
    of capability: Capability, _ registers: some FunctionRegisters, _ header: Header
  ) -> [HazardousBits] {
    let start = capability.register.offset
    switch capability.id {
    // PowerState of PMCSR.
    case .powerManagement: return [HazardousBits(.powerState, at: start + 4, 0x3)]
    case .msi: return messageSignaledInterrupts(capability)
    // Control of an interface's links, and the mapping of messages to interrupts.
    case .hyperTransport:
      switch capability.header >> 11 {
      case 0b00000...0b00111: return bytes(.link, start + 4..<start + 0x0C)
      case 0b10101: return [HazardousBits(.interrupts, at: start, 0xFFFF_0000)]
      default: return []
      }
    // The type of a virtio device's structure, 5 for the window, is the last of the first 4 bytes.
    case .vendorSpecific:
      let isWindow = header.isVirtio && capability.header >> 8 == 5
      return isWindow ? bytes(.window, start + 4..<start + 0x14) : []
    // A window to the controller's registers and commands.
    case .hotPlugController: return bytes(.slot, start + 2..<start + 8)
    // The capability block of an AMD IOMMU: its base address.
    case .secureDevice: return bytes(.baseAddress, start + 4..<start + 0x0C)
    case .express: return express(at: capability.register, registers)
    // MSI-X Enable and Function Mask.
    case .msiX: return [HazardousBits(.interrupts, at: start, 0xC000_0000)]
    // The index and data registers, where they follow the capability.
    case .sata:
      let hasRegisters = registers.doubleword(at: start + 4).map { $0 & 15 == 15 } ?? true
      return hasRegisters ? bytes(.window, start + 8..<start + 0x10) : []
    // Initiate FLR.
    case .advancedFeatures: return [HazardousBits(.functionReset, at: start + 4, 0x1)]
    case .enhancedAllocation: return enhancedAllocation(capability, registers, header)
    case .flatteningPortalBridge: return bytes(.bridgeWindow, start + 8..<start + 0x24)
    default: return []
    }
  }

  private static func messageSignaledInterrupts(_ capability: Capability) -> [HazardousBits] {
    let start = capability.register.offset
    let isWide = capability.header >> 7 & 1 == 1
    let isMasked = capability.header >> 8 & 1 == 1
    let end = start + (isWide ? 0x10 : 0x0C) + (isMasked ? 4 : 0)
    // MSI Enable and Multiple Message Enable.
    return [HazardousBits(.interrupts, at: start, 0x0071_0000)]
      + bytes(.interrupts, start + 4..<end)
  }

  private static func express(
    at register: Register, _ registers: some FunctionRegisters
  ) -> [HazardousBits] {
    guard let express = ExpressCapability(registers, at: register) else { return [] }
    let start = register.offset
    let all = [
      // Device Control: Initiate Function Level Reset, Max_Payload_Size.
      HazardousBits(.functionReset, at: start + 0x08, 0x8000),
      HazardousBits(.payloadSize, at: start + 0x08, 0x00E0),
      // Link Control: Link Disable, Retrain Link.
      HazardousBits(.link, at: start + 0x10, 0x0030),
      // Slot Control: Power Indicator, Power Controller, Electromechanical Interlock.
      HazardousBits(.slot, at: start + 0x18, 0x0F00),
      // Device Control 2: ARI Forwarding Enable.
      HazardousBits(.forwarding, at: start + 0x28, 0x0020),
      // Link Control 2: Enter Compliance, Enter Modified Compliance.
      HazardousBits(.link, at: start + 0x30, 0x0410),
    ]
    return all.filter { Int($0.register - start) < express.byteCount }
  }

  /// The entries of Enhanced Allocation: first which base address it is and how long the entry is,
  /// then base and greatest offset.
  private static func enhancedAllocation(
    _ capability: Capability, _ registers: some FunctionRegisters, _ header: Header
  ) -> [HazardousBits] {
    var end = capability.register.offset + (header.layout == .bridge ? 8 : 4)
    let start = end
    for _ in 0..<(capability.header & 0x3F) {
      guard let entry = registers.doubleword(at: end) else { break }
      end += 4 + UInt16(entry & 7) * 4
    }
    return bytes(.baseAddress, start..<end)
  }
}
