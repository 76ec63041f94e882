import KVM

extension ExitProfile {
  /// The profile for people: tables in lines of at most 80 columns, everything first, then each
  /// section.
  public var text: String {
    let total = total
    let rows = ExitKind.allCases.map { ProfileTable.Row(label: $0.rawValue, times: total[$0]) }
    let all = ProfileTable.Row(label: "total", times: total.all)
    var blocks = [
      [
        "EXITS TO USER SPACE: \(total.exitCount)",
        "Times are this program's own, from the return of KVM_RUN to its next call. The",
        "way out of the guest and back through the kernel costs more: see 'make bench'.",
      ],
      ProfileTable("Exit", rows).lines + ProfileTable("", [all]).lines.dropFirst(),
    ]
    blocks += total.tables
    if sections.count > 1 {
      for section in sections.dropFirst() + sections.prefix(1) {
        let title =
          section.name.isEmpty ? "OUTSIDE OF ALL SECTIONS" : "SECTION \(section.name)"
        blocks.append(["\(title): \(section.exitCount)"])
        blocks += section.tables
      }
    }
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }
}

extension ProfileSection {
  /// The tables of accesses to ports and to memory, of coalesced writes and of doorbells; empty
  /// ones included.
  fileprivate var tables: [[String]] {
    let ports = accesses.filter { if case .port = $0.key.address { true } else { false } }
    let memory = accesses.filter { if case .memory = $0.key.address { true } else { false } }
    return [
      ProfileTable("IO Port Access", accesses: Array(ports)).lines,
      ProfileTable("MMIO Access", accesses: Array(memory)).lines,
      Self.table("Coalesced", savings(coalescedWrites)),
      Self.table("Doorbell", savings(doorbellWrites)),
    ]
  }

  private static func table(_ title: String, _ savings: [Saving]) -> [String] {
    guard !savings.isEmpty else { return [] }
    func line(_ label: String, _ columns: [String]) -> String {
      columns.reduce(ProfileTable.left(label, 16)) { $0 + " " + ProfileTable.right($1, 10) }
    }
    return [line(title, ["Writes", "Exits", "Saved"])]
      + savings.map { line("\($0.access)", ["\($0.writes)", "\($0.exits)", "\($0.saved)"]) }
  }
}
