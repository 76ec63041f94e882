/// An extended capability of a vendor's own: its number within the vendor's, its revision and its
/// length.
public struct VendorCapability: Hashable, Sendable {
  /// The vendor; `nil` where it is the function's.
  public let vendorID: UInt16?
  /// Which of the vendor's capabilities it is.
  public let id: UInt16
  /// The revision of its layout, 0 to 15.
  public let revision: UInt8
  /// How many bytes it has, its header included.
  public let byteCount: UInt16

  /// The vendor-specific extended capability, 0x000B (PCI Express Base Specification 6.0, 7.9.5),
  /// and the designated vendor-specific one, 0x0023 (7.9.6).
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - capability: The capability.
  /// - Returns: `nil` for another capability, and where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, _ capability: ExtendedCapability) {
    let isDesignated = capability.id == .designatedVendorSpecific
    guard isDesignated || capability.id == .vendorSpecific,
      let words = registers.doublewords(of: capability.register, count: isDesignated ? 3 : 2)
    else { return nil }
    vendorID = isDesignated ? UInt16(truncatingIfNeeded: words[1]) : nil
    id = UInt16(truncatingIfNeeded: isDesignated ? words[2] : words[1])
    revision = UInt8(words[1] >> 16 & 15)
    byteCount = UInt16(words[1] >> 20)
  }
}
