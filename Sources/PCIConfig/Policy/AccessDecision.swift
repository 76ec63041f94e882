/// Which mechanism reaches a register, and why.
public struct AccessDecision: Equatable, Sendable {
  /// A mechanism, or none.
  public enum Mechanism: Equatable, Sendable {
    /// Configuration mechanism #1.
    case mechanism1
    /// ECAM through a region.
    case ecam(ECAMRegion)
    /// ECAM through a region of the kernel, whose address is not known.
    case hiddenECAM(HiddenECAMRegion)
    /// The register cannot be reached, or should not be.
    case refused
  }

  /// The mechanism.
  public let mechanism: Mechanism
  /// The facts that led there, in the order in which they were looked at.
  public let reasons: [AccessReason]

  /// Creates a decision.
  public init(mechanism: Mechanism, reasons: [AccessReason]) {
    self.mechanism = mechanism
    self.reasons = reasons
  }
}
