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
      ProfileTable(
        "IO Port Access", accesses: Array(ports), others: others(.portRead, .portWrite)
      ).lines,
      ProfileTable(
        "MMIO Access", accesses: Array(memory), others: others(.memoryRead, .memoryWrite)
      ).lines,
      SavingTable("Coalesced", savings(coalescedWrites), others: otherCoalescedWrites).lines,
      SavingTable("Doorbell", savings(doorbellWrites), others: otherDoorbellWrites).lines,
    ]
  }

  /// The times of accesses of which no address is told.
  private func others(_ read: ExitKind, _ write: ExitKind) -> DurationStatistics {
    var times = withoutAddress[read] ?? DurationStatistics()
    if let writes = withoutAddress[write] { times.add(writes) }
    return times
  }
}
