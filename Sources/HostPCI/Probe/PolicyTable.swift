import PCIConfig

/// What policies decide for functions, side by side.
public struct PolicyTable: Sendable {
  /// What a policy decides for a function.
  public struct Row: Equatable, Sendable {
    /// The policy.
    public let policy: AccessPolicy
    /// Registers 0x00 to 0xff.
    public let conventional: AccessDecision
    /// Registers 0x100 to 0xfff.
    public let extended: AccessDecision
  }

  /// Functions for which all policies decide the same.
  public struct Group: Sendable {
    /// The functions, ascending.
    public internal(set) var functions: [FunctionAddress]
    /// A row for each policy. The reasons are those for the first function.
    public let rows: [Row]
  }

  /// The groups, by their first function.
  public let groups: [Group]
  /// What a reader should know of the facts that the decisions rest on, a sentence each.
  public let notes: [String]

  /// Decides.
  ///
  /// - Parameters:
  ///   - functions: The functions, ascending.
  ///   - policies: The policies.
  ///   - facts: What is known of the machine.
  ///   - notes: What a reader should know of the facts behind decisions (``Probe/notes(on:)``).
  public init(
    functions: [FunctionAddress], policies: [AccessPolicy], facts: AccessFacts,
    notes: ([AccessDecision]) -> [String] = { _ in [] }
  ) {
    var groups: [Group] = []
    for function in functions {
      let rows = policies.map { policy in
        Row(
          policy: policy, conventional: policy.decide(function, 0x00, on: facts),
          extended: policy.decide(function, 0x100, on: facts))
      }
      if let index = groups.firstIndex(where: { Self.mechanisms($0.rows) == Self.mechanisms(rows) })
      {
        groups[index].functions.append(function)
      } else {
        groups.append(Group(functions: [function], rows: rows))
      }
    }
    self.groups = groups
    self.notes = notes(groups.flatMap { $0.rows.flatMap { [$0.conventional, $0.extended] } })
  }

  private static func mechanisms(_ rows: [Row]) -> [AccessDecision.Mechanism] {
    rows.flatMap { [$0.conventional.mechanism, $0.extended.mechanism] }
  }
}
