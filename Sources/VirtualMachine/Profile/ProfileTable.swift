/// A table in the shape of `perf kvm stat report`: 79 columns, if no label is wider than 16.
struct ProfileTable {
  struct Row {
    let label: String
    let times: DurationStatistics
  }

  /// How many rows there are at most; one more sums up the others.
  static let rowLimit = 40

  private static let labelWidth = 16
  private let title: String
  private let rows: [Row]
  private let total: DurationStatistics

  /// Makes a table of all rows, as they come.
  init(_ title: String, _ rows: [Row]) {
    self.title = title
    self.rows = rows
    total = rows.reduce(into: DurationStatistics()) { $0.add($1.times) }
  }

  /// Makes a table of accesses, the most frequent first.
  ///
  /// - Parameters:
  ///   - title: What stands above the accesses.
  ///   - accesses: The accesses.
  ///   - others: The times of accesses of which no address is told.
  init(
    _ title: String, accesses: [(key: ProfiledAccess, value: DurationStatistics)],
    others: DurationStatistics
  ) {
    let sorted = accesses.sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }
    var rows = sorted.prefix(Self.rowLimit).map { Row(label: "\($0.key)", times: $0.value) }
    let rest = sorted.dropFirst(Self.rowLimit)
    if !rest.isEmpty || others.count > 0 {
      rows.append(
        Row(
          label: others.count > 0 ? "others" : "\(rest.count) others",
          times: rest.reduce(into: others) { $0.add($1.value) }))
    }
    self.init(title, rows)
  }

  /// The lines, without what nothing was counted of.
  var lines: [String] {
    let rows = rows.filter { $0.times.count > 0 }
    guard !rows.isEmpty else { return [] }
    let heading = Self.line(
      title, ["Samples", "Samples%", "Time%", "Min Time", "Max Time", "Avg Time"])
    return [heading] + rows.map(line)
  }

  private func line(_ row: Row) -> String {
    let times = row.times
    let columns = [
      "\(times.count)",
      Self.percent(Double(times.count) / Double(total.count)),
      Self.percent(total.total == 0 ? 0 : Double(times.total) / Double(total.total)),
      Self.time(Double(times.minimum)), Self.time(Double(times.maximum)), Self.time(times.mean),
    ]
    let error = Self.percent(times.relativeError)
    return Self.line(row.label, columns) + " +-" + Self.right(error, 7)
  }

  private static func line(_ label: String, _ columns: [String]) -> String {
    zip(columns, [8, 8, 7, 8, 8, 8]).reduce(left(label, labelWidth)) {
      $0 + " " + right($1.0, $1.1)
    }
  }

  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func percent(_ part: Double) -> String { hundredths(part * 100) + "%" }

  /// A time as `1.57us`, with larger units where it takes no more than eight columns.
  static func time(_ nanoseconds: Double) -> String {
    if nanoseconds < 999_995 { return hundredths(nanoseconds / 1000) + "us" }
    if nanoseconds < 999_995_000 { return hundredths(nanoseconds / 1_000_000) + "ms" }
    return hundredths(nanoseconds / 1_000_000_000) + "s"
  }

  private static func hundredths(_ value: Double) -> String {
    let hundredths = UInt64((value * 100).rounded())
    let digits = "\(hundredths % 100)"
    return "\(hundredths / 100)." + (digits.count < 2 ? "0" : "") + digits
  }
}
