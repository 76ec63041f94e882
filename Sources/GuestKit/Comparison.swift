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

  /// The rows of the table: checks that are not the same plain pass or observation everywhere.
  /// Checks of a suite that share their outcomes and have no value to show share a row.
  var rows: [OutcomeTable.Row] {
    var groups: [(key: Key, lines: [Line])] = []
    for line in lines where !line.isPlain {
      let key = Key(line)
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].lines.append(line)
      } else {
        groups.append((key, [line]))
      }
    }
    return groups.flatMap { key, members in
      let cells = key.cells.map(\.word)
      guard members.count > 2 else {
        return members.map { OutcomeTable.Row(label: $0.check, cells: cells) }
      }
      let all = lines.count { $0.suite == key.suite }
      let label = "\(key.suite): \(all == members.count ? "all " : "")\(members.count) checks"
      return [OutcomeTable.Row(label: label, cells: cells)]
    }
  }

  private struct Key: Equatable {
    struct Cell: Equatable {
      var word: String
      var reason: String?
    }

    var suite: String
    /// Set where the check needs a row of its own.
    var check: String?
    var cells: [Cell]

    init(_ line: Line) {
      suite = line.suite
      check = line.needsOwnRow ? line.check : nil
      cells = line.verdicts.map { Cell(word: $0?.outcome.word ?? "-", reason: $0?.reason) }
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

  /// Whether observed values differ.
  var observesDifferently: Bool {
    let seen = present.filter { $0.outcome == .observed }.map(\.saw)
    return !seen.isEmpty && seen.contains { $0 != seen[0] }
  }

  var needsOwnRow: Bool {
    observesDifferently
      || present.contains {
        switch $0.outcome {
        case .pass, .skip, .observed: false
        case .deviation, .fail, .unexpectedPass, .crash, .timeout: true
        case .error: $0.reason == nil
        }
      }
  }

  /// Whether values or notes are to be shown below the table.
  var hasDetails: Bool {
    observesDifferently
      || present.contains {
        $0.outcome == .deviation || $0.outcome == .fail
          || !$0.outcome.isFailure && !$0.notes.isEmpty
      }
  }
}
