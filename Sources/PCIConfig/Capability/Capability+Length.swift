extension Capability {
  /// Returns the length of the capability in bytes.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - layout: The layout of its header.
  /// - Returns: `nil` where no specification defines the length, and where a register that decides
  ///   it is not reached.
  public func byteCount(_ registers: some FunctionRegisters, _ layout: HeaderLayout) -> Int? {
    switch id {
    case .msi: MSI.byteCount(control: header)
    // The registers that version 1 added are not counted.
    case .pciX where header >> 12 & 3 == 0: layout == .bridge ? 16 : 8
    case .hyperTransport: HyperTransportCapability(self)?.byteCount
    case .vendorSpecific: Int(header & 0xFF)
    case .express: ExpressCapability.byteCount(flags: header)
    case .sata: SATACapability(registers, at: register)?.byteCount
    case .enhancedAllocation: enhancedAllocationByteCount(registers, layout)
    default: id.definition?.byteCount
    }
  }

  /// Adds up the entries, each of which has its length in its first doubleword (PCI Express Base
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
