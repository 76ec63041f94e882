extension WriteHazard {
  /// Looks at a write. Only what the register needs is read: the header type and class, and for a
  /// register behind the header the list of capabilities.
  ///
  /// - Parameters:
  ///   - bits: Which bits change, counted from the register's lowest; the others are written as
  ///     they were read.
  ///   - register: The register, a multiple of its width, so that it lies within one doubleword.
  ///   - registers: The function's registers.
  /// - Returns: `nil` where it stops nothing that is known here.
  /// - Throws: ``HeaderError`` where the header cannot be read.
  public init?(
    writing bits: UInt32, to register: Register, of registers: some FunctionRegisters
  ) throws(HeaderError) {
    let doubleword = register.offset & ~3
    let written = bits << (UInt32(register.offset & 3) * 8)
    guard written != 0 else { return nil }
    let code = try registers.required(Register.revisionID.offset) >> 16
    let layout = HeaderLayout(
      headerType: UInt8(truncatingIfNeeded: try registers.required(0x0C) >> 16))
    var places = HazardousBits.header(layout)
    if doubleword >= 0x40 { places += HazardousBits.capabilities(of: registers) }
    if register.isExtended { places += HazardousBits.extendedCapabilities(of: registers) }
    let found = places.first { $0.register == doubleword && $0.bits & written != 0 }
    if let found {
      self = found.hazard
    } else if doubleword >= 0x40, let hazard = Self.behindHeader(ofClass: UInt16(code)) {
      self = hazard
    } else {
      return nil
    }
  }

  /// What every register behind the header may stop.
  ///
  /// - Parameter code: The base class, and the class within it.
  private static func behindHeader(ofClass code: UInt16) -> WriteHazard? {
    switch code {
    case 0x0600: .hostBridge
    // ISA with LPC and eSPI, and other bridges, as the PIIX4's power management is.
    case 0x0601, 0x0680: .isaBridge
    default: nil
    }
  }
}
