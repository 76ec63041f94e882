import HostPCI
import PCIConfig

/// What policies decide, as JSON.
public struct PolicyDocument: Encodable, Sendable {
  /// What a policy decides for some registers of functions.
  struct Decision: Encodable {
    let policy: String
    let registers: String
    /// `conf1`, `ecam` or `refused`.
    let mechanism: String
    /// The address of bus 0, for ECAM; absent where the kernel hides it.
    let base: String?
    let reasons: [String]
  }

  struct Group: Encodable {
    let functions: [String]
    let decisions: [Decision]
  }

  let schema = "pcicfg.policy"
  let version = 1
  let groups: [Group]
  let notes: [String]

  /// Creates the document.
  public init(_ table: PolicyTable) {
    notes = table.notes
    groups = table.groups.map { group in
      Group(
        functions: group.functions.map(\.description),
        decisions: group.rows.flatMap { row in
          [
            Decision(row.policy, "0x00-0xff", row.conventional),
            Decision(row.policy, "0x100-0xfff", row.extended),
          ]
        })
    }
  }
}

extension PolicyDocument.Decision {
  fileprivate init(_ policy: AccessPolicy, _ registers: String, _ decision: AccessDecision) {
    self.policy = "\(policy.name)"
    self.registers = registers
    mechanism = decision.mechanism.word
    base = decision.mechanism.base
    reasons = decision.reasons.map(\.description)
  }
}

extension AccessDecision.Mechanism {
  /// The mechanism in one word, for programs.
  var word: String {
    switch self {
    case .mechanism1: "conf1"
    case .ecam, .hiddenECAM: "ecam"
    case .refused: "refused"
    }
  }

  /// The address of bus 0, for ECAM; `nil` where the kernel hides it.
  var base: String? {
    guard case .ecam(let region) = self else { return nil }
    return "0x" + hexadecimal(region.base, digits: 8)
  }
}
