extension ExpressCapability {
  /// The registers that version 2 of the layout added (PCI Express Base Specification 6.0, 7.5.3.15
  /// to 7.5.3.20). Those of the slot and the root port are not decoded.
  public struct Version2: Hashable, Sendable {
    /// Device capabilities 2, device control 2 and device status 2.
    public let device: Registers
    /// Link capabilities 2, link control 2 and link status 2; `nil` within the root complex.
    public let link: Registers?

    /// Reads the registers.
    ///
    /// - Parameters:
    ///   - registers: The function's registers.
    ///   - register: Where the capability begins.
    ///   - capability: The capability.
    /// - Returns: `nil` where its layout has version 1, and where its registers are not reached.
    public init?(
      _ registers: some FunctionRegisters, at register: Register, of capability: ExpressCapability
    ) {
      let hasLink = capability.link != nil
      guard capability.version > 1,
        let words = registers.doublewords(of: register, at: 0x24, count: hasLink ? 4 : 2)
      else { return nil }
      device = Registers(words, 0)
      link = hasLink ? Registers(words, 2) : nil
    }
  }
}
