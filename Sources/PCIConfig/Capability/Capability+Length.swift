extension Capability {
  /// How many bytes a capability has whose contents are not decoded; `nil` where no specification
  /// that is known here tells.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - layout: The layout of its header.
  public func byteCount(_ registers: some FunctionRegisters, _ layout: HeaderLayout) -> Int? {
    switch id {
    // Null: its header alone.
    case 0x00: 2
    // Vital product data (PCI Local Bus Specification 3.0, appendix I)
    case 0x03: 8
    // Slot numbering (PCI-to-PCI Bridge Architecture Specification 1.2, 13.4), CompactPCI hot-swap
    case 0x04, 0x06: 4
    // PCI-X; the registers for errors of version 2 are not counted.
    case 0x07 where header >> 12 & 3 == 0: layout == .bridge ? 16 : 8
    case HyperTransportCapability.id: HyperTransportCapability(self)?.byteCount
    case DebugPort.id: 4
    // Standard hot-plug controller, subsystem of a bridge
    case 0x0C, 0x0D: 8
    case SATACapability.id: 8
    // Advanced features (Advanced Capabilities for Conventional PCI ECN)
    case 0x13: 6
    case 0x14: enhancedAllocationByteCount(registers, layout)
    // Flattening Portal Bridge (PCI Express Base Specification 6.0, 7.8.11)
    case 0x15: 0x24
    default: nil
    }
  }

  /// The entries of Enhanced Allocation, each of which tells its length (PCI Express Base
  /// Specification 6.0, 7.8.5).
  private func enhancedAllocationByteCount(
    _ registers: some FunctionRegisters, _ layout: HeaderLayout
  ) -> Int? {
    var count: UInt16 = layout == .bridge ? 8 : 4
    for _ in 0..<(header & 0x3F) {
      let offset = register.offset + count
      guard offset < 256, let entry = registers.doubleword(at: offset) else { return nil }
      count += 4 + UInt16(entry & 7) * 4
    }
    return Int(count)
  }
}
