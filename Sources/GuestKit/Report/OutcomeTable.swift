import TextTable

/// A table with a row for each check, or for several that share their outcomes, and a column for
/// each hypervisor.
struct OutcomeTable {
  struct Row: Equatable {
    var label: String
    var cells: [String]
  }

  var columns: [String]
  var rows: [Row]

  /// The table in lines of at most `width` columns where that can be done, the last one ended.
  ///
  /// Where it is too wide, short words stand for the long outcomes; where that does not suffice,
  /// numbers stand for the hypervisors, and letters for the values; where that is too wide as well,
  /// several tables stand one below the other.
  func text(width: Int) -> String {
    let titles = columns.map { Self.broken($0, width: Self.cellWidth) }
    if let text = fitted(titles, width) { return text }
    let short = shortened()
    let legend = Self.shortWords.map { "\($0.short) \($0.word)" }
    let narrow = columns.map { Self.broken($0, width: Self.narrowCellWidth) }
    if let text = short.fitted(narrow, width) { return Self.paragraph(legend, width) + text }
    let numbers = columns.indices.map { "\($0 + 1)" }
    let names = Self.paragraph(zip(numbers, columns).map { "\($0)\(Self.noBreak)\($1)" }, width)
    if let text = fitted(numbers.map { [$0] }, width) { return names + text }
    if let text = short.withoutWord("value ").fitted(numbers.map { [$0] }, width) {
      return names + Self.paragraph(legend + ["a, b, … values"], width) + text
    }
    return parts(titles, width).joined(separator: "\n")
  }

  private func withoutWord(_ word: String) -> OutcomeTable {
    var table = self
    for row in table.rows.indices {
      table.rows[row].cells = table.rows[row].cells.map {
        $0.hasPrefix(word) ? String($0.dropFirst(word.count)) : $0
      }
    }
    return table
  }

  /// Tables with all rows, and as many of the columns as fit, at least one.
  private func parts(_ titles: [[String]], _ width: Int) -> [String] {
    var parts: [String] = []
    var rest = columns.indices
    while !rest.isEmpty {
      var count = rest.count
      while count > 1,
        part(rest.prefix(count)).fitted(Array(titles[rest.prefix(count)]), width) == nil
      {
        count -= 1
      }
      parts.append(part(rest.prefix(count)).render(Array(titles[rest.prefix(count)])))
      rest = rest.dropFirst(count)
    }
    return parts
  }

  private func part(_ range: Range<Int>) -> OutcomeTable {
    OutcomeTable(
      columns: Array(columns[range]),
      rows: rows.map { Row(label: $0.label, cells: Array($0.cells[range])) })
  }

  private static let shortWords = [
    (word: "deviation", short: "dev."), (word: "observed", short: "obs."),
  ]

  private func shortened() -> OutcomeTable {
    var table = self
    for row in table.rows.indices {
      for (word, short) in Self.shortWords {
        table.rows[row].cells = table.rows[row].cells.map { $0 == word ? short : $0 }
      }
    }
    return table
  }

  private static func paragraph(_ entries: [String], _ width: Int) -> String {
    var layout = TextLayout(width: width)
    layout.paragraph(entries.joined(separator: ", "))
    return layout.text.replacing(noBreak, with: " ")
  }

  private static let noBreak = "\u{A0}"

  /// The table with headings of several lines, or `nil` where it is too wide.
  private func fitted(_ titles: [[String]], _ width: Int) -> String? {
    widths(titles).reduce(labelWidth) { $0 + Self.gap + $1 } <= width ? render(titles) : nil
  }

  private var labelWidth: Int { max(rows.map(\.label.count).max() ?? 0, "check".count) }

  private func widths(_ titles: [[String]]) -> [Int] {
    columns.indices.map { index in
      max(titles[index].map(\.count).max() ?? 0, rows.map { $0.cells[index].count }.max() ?? 0)
    }
  }

  private static let gap = 1
  /// That of `value a` and `TIMEOUT`.
  private static let narrowCellWidth = 7
  private static let cellWidth = Outcome.allCases.map(\.word.count).max() ?? 0

  private func render(_ titles: [[String]]) -> String {
    let label = labelWidth
    let widths = widths(titles)
    let table = TextTable<Row> { row in
      [Column(title: "check", value: row.label, width: label)]
        + titles.indices.map {
          Column(
            title: titles[$0].joined(separator: "\n"), value: row.cells[$0], width: widths[$0])
        }
    }
    let text = table.string(for: rows, style: WrappedHeadings.self) ?? ""
    return text.split(separator: "\n").map { line in
      String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  /// A name in lines of at most `width`, broken behind hyphens.
  private static func broken(_ name: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for part in name.split(separator: "-", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(part) : line + "-" + part
      if longer.count > width, !line.isEmpty {
        lines.append(line)
        line = String(part)
      } else {
        line = longer
      }
    }
    return lines + [line]
  }
}

/// TextTable's simple style with headings of several lines.
private enum WrappedHeadings: TextTableStyle {
  static func prepare(_ text: String, for column: Column) -> String {
    // Only headings have several lines; the widths of all columns are given.
    text.contains("\n") ? text : Simple.prepare(text, for: column)
  }

  static func escape(_ text: String) -> String { text }

  static func begin(_ table: inout String, index: Int, columns: [Column]) {}

  static func end(_ table: inout String, index: Int, columns: [Column]) {}

  static func header(_ table: inout String, index: Int, columns: [Column]) {
    let titles = columns.map {
      $0.headerString(for: self).split(separator: "\n").map { String($0) }
    }
    let height = titles.map(\.count).max() ?? 0
    for line in 0..<height {
      let words = zip(titles, columns).map { title, column in
        let blank = column.repeated(" ")
        let skipped = height - title.count
        let word = line < skipped ? "" : title[line - skipped]
        return word + blank.dropFirst(word.count)
      }
      table += words.joined(separator: " ") + "\n"
    }
    table += columns.map { $0.repeated("-") }.joined(separator: " ") + "\n"
  }

  static func row(_ table: inout String, index: Int, columns: [Column]) {
    table += columns.map { $0.string(for: self) }.joined(separator: " ") + "\n"
  }
}
