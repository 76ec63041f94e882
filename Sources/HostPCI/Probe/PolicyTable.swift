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

extension PolicyTable {
  /// The table for a reader, in lines of at most 80 columns: the decisions, then the reasons.
  public var text: String {
    var writer = TextWriter()
    for (index, group) in groups.enumerated() {
      if index > 0 { writer.line() }
      let count = group.functions.count == 1 ? "function" : "\(group.functions.count) functions:"
      writer.paragraph("\(count) ", group.functions.map(\.description).joined(separator: " "))
      writer.line()
      writer.line(padded("policy", 13) + padded("0x00-0xff", 15) + "0x100-0xfff")
      for row in group.rows {
        writer.line(
          padded("\(row.policy.name)", 13) + padded(row.conventional.mechanism.title, 15)
            + row.extended.mechanism.title
            + (row.policy == .default
              ? padded("", 15 - row.extended.mechanism.title.count)
                + "the default" : ""))
      }
      for row in group.rows {
        writer.line()
        writer.paragraph(
          "\(row.policy.name), 0x00-0xff: ", row.conventional.reasonsInWords, indentation: 2)
        writer.paragraph(
          "\(row.policy.name), 0x100-0xfff: ", row.extended.reasonsInWords, indentation: 2)
      }
    }
    if !notes.isEmpty { writer.line() }
    for note in notes { writer.paragraph("Note: ", note, indentation: 2) }
    return writer.text
  }
}

extension AccessDecision {
  fileprivate var reasonsInWords: String {
    mechanism.title + ": " + reasons.map(\.description).joined(separator: "; ")
  }
}

extension AccessDecision.Mechanism {
  /// The words for a reader.
  public var title: String {
    switch self {
    case .mechanism1: "mechanism 1"
    case .ecam, .hiddenECAM: "ECAM"
    case .refused: "refused"
    }
  }
}
