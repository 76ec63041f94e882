extension Report {
  /// The report for people, in lines of at most `width` columns, but for commands and addresses of the
  /// web.
  ///
  /// Words tell everything; nothing depends on colour.
  public func text(width: Int = 80) -> String {
    var layout = TextLayout(width: width)
    let comparison = Comparison(self)
    if !runs.isEmpty { table(comparison, &layout) }
    differences(comparison, &layout)
    failures(comparison, &layout)
    totals(&layout)
    skipped(&layout)
    return String(layout.text.drop { $0 == "\n" })
  }

  private func table(_ comparison: Comparison, _ layout: inout TextLayout) {
    let rows = comparison.rows
    guard !rows.isEmpty else {
      layout.paragraph(
        "On \(comparison.columns.listed), every check passed or observed the same value.")
      return
    }
    for line in OutcomeTable(columns: comparison.columns, rows: rows).text(width: layout.width)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    {
      layout.line(String(line))
    }
    var legend: [String] = []
    if comparison.lines.contains(where: \.isPlain) {
      legend.append("Not in the table: checks that passed or observed the same value everywhere.")
    }
    if comparison.lines.contains(where: \.observesDifferently) {
      legend.append("value a, b, …: observed; no specification fixes it; same letter, same value.")
    }
    guard !legend.isEmpty else { return }
    layout.line()
    for text in legend { layout.paragraph(text) }
  }

  private func differences(_ comparison: Comparison, _ layout: inout TextLayout) {
    let lines = comparison.lines.filter { $0.hasDetails && !$0.failsByValue }
    guard !lines.isEmpty else { return }
    layout.line("\nDIFFERENCES")
    for line in lines { CheckBlock(line, columns: comparison.columns).add(to: &layout) }
  }

  private func failures(_ comparison: Comparison, _ layout: inout TextLayout) {
    let lines = comparison.lines.filter(\.failsByValue)
    let groups = FailureGroup.groups(of: self, besides: Set(lines.map(\.check)))
    let broken = runs.filter { !$0.problems.isEmpty }
    let required = hypervisors.filter(\.isRequired)
    guard !lines.isEmpty || !groups.isEmpty || !broken.isEmpty || !required.isEmpty else { return }
    layout.line("\nFAILURES")
    for line in lines {
      CheckBlock(line, columns: comparison.columns).add(to: &layout)
      let failing = zip(line.verdicts, comparison.columns)
        .filter { $0.0?.outcome.isFailure ?? false }.map(\.1)
      again([line.check], on: failing, lead: "  again     ", &layout)
    }
    for group in groups { failure(group, &layout) }
    for run in broken {
      layout.line("\nERROR  suite \(run.suite)")
      layout.line("  on       \(run.hypervisor)")
      for problem in run.problems { layout.paragraph(problem, lead: "  reason   ") }
      again(run.patterns.isEmpty ? [run.suite] : run.patterns, on: [run.hypervisor], &layout)
    }
    for hypervisor in required {
      layout.line()
      layout.paragraph(
        "\(hypervisor.name) cannot run here, though PCICFG_REQUIRE_KVM=1 requires KVM",
        lead: "ERROR  ", indent: 7)
      for obstacle in hypervisor.obstacles {
        layout.paragraph("\(obstacle.missing); \(obstacle.remedy)", lead: "  reason   ")
      }
    }
  }

  private func failure(_ group: FailureGroup, _ layout: inout TextLayout) {
    let verdict = group.verdict
    let head = "\(verdict.outcome.word)  "
    layout.line()
    if group.isWholeSuite {
      layout.line("\(head)\(group.suite): all \(group.checks.count) selected checks")
    } else {
      layout.paragraph(group.checks.joined(separator: ", "), lead: head)
    }
    layout.paragraph(group.hypervisors.joined(separator: ", "), lead: "  on       ")
    if let reason = verdict.reason { layout.paragraph(reason, lead: "  reason   ") }
    for note in verdict.notes { layout.paragraph(note, lead: "  note     ") }
    for line in verdict.noise.prefix(FailureGroup.noiseLimit) {
      layout.paragraph(line, lead: "  printed  ")
    }
    let rest = verdict.noise.count - FailureGroup.noiseLimit
    if rest > 0 { layout.line("  printed  … and \(counted(rest, "line")) more") }
    again(group.selection, on: group.hypervisors, &layout)
  }

  /// The command that repeats a failure, in one line so that it can be copied.
  private func again(
    _ checks: [String], on names: [String], lead: String = "  again    ",
    _ layout: inout TextLayout
  ) {
    let words = ["guestctl", "run"] + checks + names.flatMap { ["--on", $0] } + repeatOptions
    layout.line(lead + ShellWords.text(words))
  }

  private func totals(_ layout: inout TextLayout) {
    let totals = totals
    let count = totals.values.reduce(0, +)
    let words = Outcome.allCases.compactMap { outcome in
      totals[outcome].map { "\($0) \(outcome.word)" }
    }
    let checks = Set(runs.flatMap { $0.verdicts.map(\.check) }).count
    let ran = Set(runs.map(\.hypervisor)).count
    layout.line("\nTOTALS")
    layout.paragraph(
      "\(counted(checks, "check")) on \(counted(ran, "hypervisor")) in \(Seconds.text(seconds)), "
        + counted(count, "result") + (words.isEmpty ? "" : ": \(words.joined(separator: ", "))"))
    let versions = versions
    if !versions.isEmpty { layout.paragraph("With \(versions.joined(separator: ", ")).") }
    if runs.isEmpty {
      layout.line("NOTHING RAN.")
    } else {
      layout.line(verdict)
    }
  }

  private var verdict: String {
    guard isGood else { return "NOT GOOD: see FAILURES above." }
    let isChecked = runs.contains { $0.verdicts.contains { $0.outcome != .skip } }
    return isChecked ? "Good: nothing failed." : "Good: nothing failed, as every check was skipped."
  }

  /// The products that ran, each once.
  private var versions: [String] {
    var result: [String] = []
    for hypervisor in hypervisors where hypervisor.obstacles.isEmpty {
      guard let version = hypervisor.productVersion else { continue }
      let text = "\(hypervisor.product) \(version)"
      if !result.contains(text) { result.append(text) }
    }
    return result
  }

  private func skipped(_ layout: inout TextLayout) {
    var skips: [(what: String, names: [String])] = []
    for run in runs {
      var requirements: [String: Int] = [:]
      for verdict in run.verdicts where verdict.outcome == .skip {
        requirements[verdict.requirement ?? "", default: 0] += 1
      }
      for (requirement, count) in requirements.sorted(by: { $0.key < $1.key }) {
        let verb = count == 1 ? "requires" : "require"
        let what = "\(run.suite): \(counted(count, "check")) that \(verb) \(requirement)"
        if let index = skips.firstIndex(where: { $0.what == what }) {
          skips[index].names.append(run.hypervisor)
        } else {
          skips.append((what, [run.hypervisor]))
        }
      }
    }
    let absent = hypervisors.filter { !$0.obstacles.isEmpty }
    guard !skips.isEmpty || !absent.isEmpty else { return }
    layout.line("\nSKIPPED")
    for (what, names) in skips {
      layout.paragraph("\(what), on \(names.joined(separator: ", "))", indent: 2)
    }
    for hypervisor in absent {
      for obstacle in hypervisor.obstacles {
        layout.paragraph(
          "\(hypervisor.name) cannot run here: \(obstacle.missing); \(obstacle.remedy)", indent: 2)
      }
    }
  }
}
