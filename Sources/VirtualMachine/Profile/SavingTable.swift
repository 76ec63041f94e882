/// A table of writes that needed no exit: 49 columns, if no label is wider than 16.
struct SavingTable {
  private let title: String
  private let savings: [Saving]
  private let others: UInt64

  /// Makes a table, the most frequent writes first.
  ///
  /// - Parameters:
  ///   - title: What stands above the addresses.
  ///   - savings: The addresses.
  ///   - others: How many writes to further addresses needed no exit.
  init(_ title: String, _ savings: [Saving], others: UInt64) {
    self.title = title
    self.savings = savings.sorted { ($1.writes, $0.access) < ($0.writes, $1.access) }
    self.others = others
  }

  /// The lines; none where nothing was counted. Where further addresses are not told of, nor are the
  /// exits of writes to them.
  var lines: [String] {
    guard !savings.isEmpty || others > 0 else { return [] }
    var lines = [Self.line(title, ["Writes", "Exits", "Saved"])]
    for saving in savings.prefix(ProfileTable.rowLimit) {
      lines.append(
        Self.line("\(saving.access)", ["\(saving.writes)", "\(saving.exits)", "\(saving.saved)"]))
    }
    let rest = savings.dropFirst(ProfileTable.rowLimit)
    let saved = rest.reduce(others) { $0 + $1.saved }
    if others > 0 {
      lines.append(Self.line("others", ["-", "-", "\(saved)"]))
    } else if !rest.isEmpty {
      let exits = rest.reduce(0) { $0 + $1.exits }
      lines.append(
        Self.line("\(rest.count) others", ["\(saved + exits)", "\(exits)", "\(saved)"]))
    }
    return lines
  }

  private static func line(_ label: String, _ columns: [String]) -> String {
    columns.reduce(ProfileTable.left(label, 16)) { $0 + " " + ProfileTable.right($1, 10) }
  }
}
