/// A report's verdicts, check by check.
struct Comparison {
  /// A check over all hypervisors that ran.
  struct Line {
    var suite: String
    var check: String
    /// A verdict for each column, `nil` where the check did not run.
    var verdicts: [Verdict?]
  }

  /// The hypervisors that ran.
  let columns: [String]
  /// The checks, suite by suite.
  let lines: [Line]

  init(_ report: Report) {
    let names = report.hypervisors.filter(\.obstacles.isEmpty).map(\.name)
    var lines: [Line] = []
    var positions: [String: Int] = [:]
    for run in report.runs {
      guard let column = names.firstIndex(of: run.hypervisor) else { continue }
      for verdict in run.verdicts {
        let position = positions[verdict.check] ?? lines.count
        if position == lines.count {
          positions[verdict.check] = position
          lines.append(
            Line(
              suite: run.suite, check: verdict.check,
              verdicts: Array(repeating: nil, count: names.count)))
        }
        lines[position].verdicts[column] = verdict
      }
    }
    columns = names
    self.lines = lines
  }

  /// The rows of the table, suite by suite: checks that are not the same plain pass or observation
  /// everywhere. Checks of a suite that share their outcomes and have no value to show share a row.
  var rows: [OutcomeTable.Row] {
    var rows: [OutcomeTable.Row] = []
    var suites: [String] = []
    for line in lines where !suites.contains(line.suite) { suites.append(line.suite) }
    for suite in suites {
      let own = self.rows(of: suite)
      guard !own.isEmpty else { continue }
      rows.append(OutcomeTable.Row(label: suite, cells: columns.map { _ in "" }))
      rows += own
    }
    return rows
  }

  private func rows(of suite: String) -> [OutcomeTable.Row] {
    let members = lines.filter { $0.suite == suite }
    var groups: [(key: Key, lines: [Line])] = []
    for line in members where !line.isPlain {
      let key = Key(line)
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].lines.append(line)
      } else {
        groups.append((key, [line]))
      }
    }
    return groups.flatMap { key, lines in
      let cells = key.cells.map(\.word)
      guard lines.count > 2 else {
        return lines.map {
          OutcomeTable.Row(label: "  \($0.check.dropFirst(suite.count + 1))", cells: cells)
        }
      }
      let share = lines.count == members.count ? "all" : "\(lines.count) of"
      return [OutcomeTable.Row(label: "  \(share) \(members.count) checks", cells: cells)]
    }
  }

  private struct Key: Equatable {
    struct Cell: Equatable {
      var word: String
      var reason: String?
    }

    /// Set where the check needs a row of its own.
    var check: String?
    var cells: [Cell]

    init(_ line: Line) {
      check = line.needsOwnRow ? line.check : nil
      cells = line.verdicts.indices.map {
        Cell(word: line.cell($0), reason: line.verdicts[$0]?.reason)
      }
    }
  }
}

extension Comparison.Line {
  var present: [Verdict] { verdicts.compactMap { $0 } }

  /// Whether there is nothing to see: a pass everywhere, or the same observation.
  var isPlain: Bool {
    present.allSatisfy { $0.outcome == .pass }
      || present.allSatisfy { $0.outcome == .observed && $0.saw == present[0].saw }
  }

  /// The observed values, each once.
  private var observedValues: [String?] {
    var values: [String?] = []
    for verdict in present where verdict.outcome == .observed && !values.contains(verdict.saw) {
      values.append(verdict.saw)
    }
    return values
  }

  /// Whether observed values differ.
  var observesDifferently: Bool { observedValues.count > 1 }

  /// Whether the check itself tells of a failure on some hypervisor.
  var failsByValue: Bool {
    present.contains { $0.outcome == .fail || $0.outcome == .unexpectedPass }
  }

  /// What the table says of a hypervisor; observed values that differ have letters.
  func cell(_ column: Int) -> String {
    guard let verdict = verdicts[column] else { return "-" }
    return word(for: verdict)
  }

  /// The word for a verdict of this line.
  func word(for verdict: Verdict) -> String {
    guard verdict.outcome == .observed, observesDifferently,
      let index = observedValues.firstIndex(of: verdict.saw)
    else { return verdict.outcome.word }
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return "value " + (index < letters.count ? String(letters[index]) : "\(index + 1)")
  }

  fileprivate var needsOwnRow: Bool {
    observesDifferently
      || present.contains {
        switch $0.outcome {
        case .pass, .skip, .observed: false
        case .deviation, .fail, .unexpectedPass: true
        case .error, .crash, .timeout: $0.reason == nil || $0.fault != nil
        }
      }
  }

  /// Whether values or notes are to be shown below the table though nothing failed.
  var hasDetails: Bool {
    observesDifferently
      || present.contains {
        $0.outcome == .deviation || !$0.outcome.isFailure && !$0.notes.isEmpty
      }
  }
}
