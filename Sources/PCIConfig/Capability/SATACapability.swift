/// The capability of a SATA controller that says where its index and data registers are (Serial ATA
/// AHCI Specification 1.3.1, 2.4).
public struct SATACapability: Hashable, Sendable {
  /// Where the registers are.
  public enum Location: Hashable, Sendable {
    /// Behind the address of a base address register, 0 to 5, at an offset in doublewords.
    case bar(UInt8, offset: UInt32)
    /// Behind this capability.
    case configurationSpace
    /// A number that the specification reserves.
    case undefined(UInt8)
  }

  /// The major revision, 0 to 15.
  public let majorRevision: UInt8
  /// The minor revision, 0 to 15.
  public let minorRevision: UInt8
  /// Where the registers are.
  public let location: Location

  /// Reads the capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register) {
    guard let words = registers.doublewords(of: register, count: 2) else { return nil }
    majorRevision = UInt8(words[0] >> 20 & 15)
    minorRevision = UInt8(words[0] >> 16 & 15)
    let number = UInt8(words[1] & 15)
    switch number {
    case 4...9: location = .bar(number - 4, offset: words[1] >> 4 & 0xF_FFFF)
    case 15: location = .configurationSpace
    default: location = .undefined(number)
    }
  }

  /// The length of the capability in bytes, with the index and data registers where they follow it.
  public var byteCount: Int { location == .configurationSpace ? 16 : 8 }
}
