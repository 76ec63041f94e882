/// The capability of advanced error reporting (PCI Express Base Specification 6.0, 7.8.4).
public struct AdvancedErrorReporting: Hashable, Sendable {
  /// Uncorrectable errors that were seen, one bit each (7.8.4.2).
  public let uncorrectableStatus: UInt32
  /// Uncorrectable errors that are not reported.
  public let uncorrectableMask: UInt32
  /// Uncorrectable errors that are fatal.
  public let uncorrectableSeverity: UInt32
  /// Correctable errors that were seen, one bit each (7.8.4.5).
  public let correctableStatus: UInt32
  /// Correctable errors that are not reported.
  public let correctableMask: UInt32
  /// Capabilities and control (7.8.4.7).
  public let control: UInt32
  /// The header of the packet with the first error, four doublewords.
  public let headerLog: [UInt32]
  /// The registers of a root; `nil` for other functions.
  public let root: Root?

  /// What a root port or an event collector has beside.
  public struct Root: Hashable, Sendable {
    /// Which errors interrupt (7.8.4.9).
    public let command: UInt32
    /// Which errors were reported (7.8.4.10).
    public let status: UInt32
    /// Who reported the first correctable error, in bits 15:0, and the first other, in 31:16.
    public let source: UInt32
  }

  /// Reads the capability.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  ///   - isRoot: Whether the function is a root port or an event collector.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register, isRoot: Bool) {
    guard let words = registers.doublewords(of: register, count: isRoot ? 14 : 11) else {
      return nil
    }
    uncorrectableStatus = words[1]
    uncorrectableMask = words[2]
    uncorrectableSeverity = words[3]
    correctableStatus = words[4]
    correctableMask = words[5]
    control = words[6]
    headerLog = Array(words[7..<11])
    root = isRoot ? Root(command: words[11], status: words[12], source: words[13]) : nil
  }
}
