/// What a check came to on each hypervisor, with every value, for people.
struct CheckBlock {
  private struct Group {
    var verdict: Verdict
    var names: [String]

    func takes(_ other: Verdict) -> Bool {
      var first = verdict
      var second = other
      if !first.outcome.isFailure, !second.outcome.isFailure {
        first.noise = []
        second.noise = []
      }
      if first.outcome == .pass, second.outcome == .pass {
        // Both saw what was wanted, even where that was not the same.
        for path in [\Verdict.saw, \.wanted] {
          first[keyPath: path] = nil
          second[keyPath: path] = nil
        }
      }
      return first == second
    }
  }

  private let line: Comparison.Line
  private let groups: [Group]
  private static let lead = 12

  init(_ line: Comparison.Line, columns: [String]) {
    self.line = line
    var groups: [Group] = []
    for (verdict, name) in zip(line.verdicts, columns) {
      guard let verdict else { continue }
      if let index = groups.firstIndex(where: { $0.takes(verdict) }) {
        groups[index].names.append(name)
      } else {
        groups.append(Group(verdict: verdict, names: [name]))
      }
    }
    self.groups = groups
  }

  /// Adds the block to a text.
  func add(to layout: inout TextLayout) {
    layout.line("\n\(line.check)")
    let wanted = line.present.compactMap { $0.outcome == .pass ? nil : $0.wanted }
    let isShared = wanted.allSatisfy { $0 == wanted.first }
    if isShared, let value = wanted.first { entry("wanted", value, &layout) }
    if let clause = line.present.lazy.compactMap(\.clause).first {
      entry("clause", clause, &layout)
    }
    for group in groups {
      let verdict = group.verdict
      entry(line.word(for: verdict), group.names.joined(separator: ", "), &layout)
      let isValueShown = verdict.outcome != .pass || verdict.wanted == nil
      if let saw = verdict.saw, isValueShown {
        let wanted = isShared ? nil : verdict.wanted
        entry("", wanted.map { "wanted \($0), saw \(saw)" } ?? "saw \(saw)", &layout)
      }
      if let explanation = verdict.explanation {
        entry("", explanation.why, &layout)
        entry("", explanation.reference, &layout)
      }
      if let reason = verdict.reason { entry("", reason, &layout) }
      for note in verdict.notes { entry("", "note: \(note)", &layout) }
      guard verdict.outcome.isFailure else { continue }
      for noise in verdict.noise.prefix(FailureGroup.noiseLimit) {
        entry("", "printed: \(noise)", &layout)
      }
    }
  }

  private func entry(_ key: String, _ words: String, _ layout: inout TextLayout) {
    let padding = String(repeating: " ", count: max(Self.lead - 2 - key.count, 1))
    layout.paragraph(words, lead: "  \(key)\(padding)", indent: Self.lead)
  }
}
