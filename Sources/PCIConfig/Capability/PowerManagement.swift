/// The capability of power management (PCI Bus Power Management Interface Specification 1.2, 3.2).
public struct PowerManagement: Hashable, Sendable {
  /// Power management capabilities, PMC, 16 bits.
  public let capabilities: UInt16
  /// Power management control and status, PMCSR, 16 bits.
  public let control: UInt16
  /// The support extensions of a bridge, PMCSR_BSE, 8 bits (3.2.5).
  public let bridgeSupport: UInt8

  /// Reads the capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register) {
    guard let words = registers.doublewords(of: register, count: 2) else { return nil }
    capabilities = UInt16(truncatingIfNeeded: words[0] >> 16)
    control = UInt16(truncatingIfNeeded: words[1])
    bridgeSupport = UInt8(truncatingIfNeeded: words[1] >> 16)
  }

  /// The version of the specification, 3 for 1.2.
  public var version: UInt8 { UInt8(capabilities & 7) }

  /// The power state, 0 for D0 to 3 for D3hot.
  public var state: UInt8 { UInt8(control & 3) }

  /// The current that the function needs to wake the machine from D3cold, in milliamperes.
  public var auxiliaryCurrent: Int {
    [0, 55, 100, 160, 220, 270, 320, 375][Int(capabilities >> 6 & 7)]
  }
}
