import PCIConfig

/// Something that ``Verification`` found, for a reader and for programs.
public struct VerificationFinding: Equatable, Sendable {
  /// The name for programs, the same in every version.
  public let tag: String
  /// How much it matters.
  public let severity: MCFGFinding.Severity
  /// The function that it is about; `nil` where it is about the ACPI table or a region.
  public let function: FunctionAddress?
  /// What was found, in one line with the values that show it.
  public let text: String
  /// What to do, in one line.
  public let advice: String

  init(
    _ tag: String, _ severity: MCFGFinding.Severity, of function: FunctionAddress? = nil,
    _ text: String, advice: String
  ) {
    self.tag = tag
    self.severity = severity
    self.function = function
    self.text = text
    self.advice = advice
  }
}
