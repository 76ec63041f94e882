import PCIConfig

/// What policies decide, as JSON.
public struct PolicyDocument: Encodable, Sendable {
  /// What a policy decides for some registers of functions.
  struct Decision: Encodable {
    let policy: String
    let registers: String
    /// `conf1`, `ecam` or `refused`.
    let mechanism: String
    /// The address of bus 0, for ECAM.
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

  /// Creates the document.
  public init(_ table: PolicyTable) {
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
    switch decision.mechanism {
    case .mechanism1: (mechanism, base) = ("conf1", nil)
    case .ecam(let region): (mechanism, base) = ("ecam", "0x" + hexadecimal(region.base, digits: 8))
    case .refused: (mechanism, base) = ("refused", nil)
    }
    reasons = decision.reasons.map(\.description)
  }
}
