extension Report {
  /// The report for people, in lines of at most `width` columns.
  ///
  /// Words tell everything; nothing depends on colour.
  public func text(width: Int = 80) -> String {
    var layout = TextLayout(width: width)
    let comparison = Comparison(self)
    if !runs.isEmpty { table(comparison, &layout) }
    differences(comparison, &layout)
    failures(&layout)
    totals(&layout)
    skipped(comparison, &layout)
    return layout.text
  }

  private func table(_ comparison: Comparison, _ layout: inout TextLayout) {
    let rows = comparison.rows
    guard !rows.isEmpty else {
      layout.paragraph(
        "Every check came to the same on \(comparison.columns.listed): passed, or observed with"
          + " one value.")
      return
    }
    for line in OutcomeTable(columns: comparison.columns, rows: rows).text(width: layout.width)
      .split(separator: "\n")
    {
      layout.line(String(line))
    }
    layout.paragraph("Checks without a row passed everywhere, or observed one value everywhere.")
  }

  private func differences(_ comparison: Comparison, _ layout: inout TextLayout) {
    let lines = comparison.lines.filter(\.hasDetails)
    guard !lines.isEmpty else { return }
    layout.line("\nDIFFERENCES")
    for line in lines {
      layout.line("\n\(line.check)")
      let verdicts = line.present
      if let wanted = verdicts.lazy.compactMap(\.wanted).first {
        layout.paragraph(wanted, lead: "  wanted     ")
      }
      if let clause = verdicts.lazy.compactMap(\.clause).first {
        layout.paragraph(clause, lead: "  clause     ")
      }
      for (verdict, names) in groups(line, comparison.columns) {
        let word = verdict.outcome.word
        let lead = "  \(word)\(String(repeating: " ", count: max(11 - word.count, 1)))"
        layout.paragraph(names.joined(separator: ", "), lead: lead)
        let indent = String(repeating: " ", count: lead.count)
        if let saw = verdict.saw, verdict.outcome != .pass || verdict.wanted == nil {
          layout.paragraph("saw \(saw)", lead: indent)
        }
        if let explanation = verdict.explanation {
          layout.paragraph(explanation.why, lead: indent)
          layout.paragraph(explanation.reference, lead: indent)
        }
        for note in verdict.notes { layout.paragraph("note: \(note)", lead: indent) }
      }
    }
  }

  /// Hypervisors on which a check came to the same.
  private func groups(
    _ line: Comparison.Line, _ columns: [String]
  ) -> [(verdict: Verdict, names: [String])] {
    var groups: [(verdict: Verdict, names: [String])] = []
    for (verdict, name) in zip(line.verdicts, columns) {
      guard let verdict else { continue }
      let index = groups.firstIndex {
        $0.verdict.outcome == verdict.outcome && $0.verdict.saw == verdict.saw
          && $0.verdict.explanation == verdict.explanation && $0.verdict.notes == verdict.notes
      }
      if let index {
        groups[index].names.append(name)
      } else {
        groups.append((verdict, [name]))
      }
    }
    return groups
  }

  private func failures(_ layout: inout TextLayout) {
    let groups = FailureGroup.groups(of: self)
    let broken = runs.filter { !$0.problems.isEmpty }
    let required = hypervisors.filter(\.isRequired)
    guard !groups.isEmpty || !broken.isEmpty || !required.isEmpty else { return }
    layout.line("\nFAILURES")
    for group in groups { failure(group, &layout) }
    for run in broken {
      layout.line("\nERROR  suite \(run.suite)")
      layout.paragraph(run.hypervisor, lead: "  on       ")
      for problem in run.problems { layout.paragraph(problem, lead: "  reason   ") }
      again([run.suite], on: [run.hypervisor], &layout)
    }
    for hypervisor in required {
      layout.line("\nERROR  \(hypervisor.name) cannot run here, and PCICFG_REQUIRE_KVM=1 requires it")
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
      layout.line("\(head)\(group.suite): all \(counted(group.checks.count, "selected check"))")
    } else {
      layout.paragraph(group.checks.joined(separator: ", "), lead: head)
    }
    layout.paragraph(group.hypervisors.joined(separator: ", "), lead: "  on       ")
    if let wanted = verdict.wanted { layout.paragraph(wanted, lead: "  wanted   ") }
    if let saw = verdict.saw { layout.paragraph(saw, lead: "  saw      ") }
    if let clause = verdict.clause { layout.paragraph(clause, lead: "  clause   ") }
    if let reason = verdict.reason { layout.paragraph(reason, lead: "  reason   ") }
    for note in verdict.notes { layout.paragraph(note, lead: "  note     ") }
    for line in verdict.noise.prefix(5) { layout.paragraph(line, lead: "  printed  ") }
    if verdict.noise.count > 5 {
      layout.line("  printed  … (\(verdict.noise.count - 5) more lines in the JSON report)")
    }
    again(group.isWholeSuite ? [group.suite] : group.checks, on: group.hypervisors, &layout)
  }

  /// The command that repeats a failure, in one line so that it can be copied.
  private func again(_ checks: [String], on names: [String], _ layout: inout TextLayout) {
    let words = ["guestctl", "run"] + checks + names.flatMap { ["--on", $0] } + repeatOptions
    layout.line("  again    \(ShellWords.text(words))")
  }

  private func totals(_ layout: inout TextLayout) {
    let totals = totals
    let count = totals.values.reduce(0, +)
    let words = Outcome.allCases.compactMap { outcome in
      totals[outcome].map { "\($0) \(outcome.word)" }
    }
    let ran = Set(runs.map(\.hypervisor)).count
    layout.line("\nTOTALS")
    layout.paragraph(
      "\(counted(Set(runs.flatMap { $0.verdicts.map(\.check) }).count, "check"))"
        + " on \(counted(ran, "hypervisor")), \(counted(count, "result"))"
        + (words.isEmpty ? "" : ": \(words.joined(separator: ", "))")
        + "; \(Seconds.text(seconds))")
    if runs.isEmpty {
      layout.line("NOTHING RAN")
    } else {
      layout.line(isGood ? "Good: nothing failed." : "NOT GOOD: see FAILURES above.")
    }
  }

  private func skipped(_ comparison: Comparison, _ layout: inout TextLayout) {
    var lines: [String] = []
    for run in runs {
      var requirements: [String] = []
      for verdict in run.verdicts where verdict.outcome == .skip {
        if let requirement = verdict.requirement, !requirements.contains(requirement) {
          requirements.append(requirement)
        }
      }
      for requirement in requirements {
        let count = run.verdicts.count {
          $0.outcome == .skip && $0.requirement == requirement
        }
        lines.append(
          "\(run.suite) on \(run.hypervisor): \(counted(count, "check")), which"
            + " require\(count == 1 ? "s" : "") \(requirement)")
      }
    }
    let absent = hypervisors.filter { !$0.obstacles.isEmpty }
    guard !lines.isEmpty || !absent.isEmpty else { return }
    layout.line("\nSKIPPED")
    for line in lines { layout.paragraph(line) }
    for hypervisor in absent {
      for obstacle in hypervisor.obstacles {
        layout.paragraph("\(hypervisor.name): \(obstacle.missing); \(obstacle.remedy)")
      }
    }
  }
}
