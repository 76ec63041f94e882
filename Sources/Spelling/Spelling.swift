/// Suggestions for misspelled names.
public enum Spelling {
  /// Returns what to say about a word that is not in a list of names: the names that are near, else
  /// all of them.
  ///
  /// - Parameters:
  ///   - word: The word.
  ///   - names: The names that are valid.
  /// - Returns: For example `did you mean 'probe'?` or `expected list, dump`.
  public static func hint(for word: String, among names: [String]) -> String {
    question(near(word, among: names)) ?? "expected \(names.joined(separator: ", "))"
  }

  /// Returns the question that suggests names.
  ///
  /// - Parameter near: The names, from ``near(_:among:)``.
  /// - Returns: For example `did you mean 'probe'?`; `nil` without names.
  public static func question(_ near: [String]) -> String? {
    guard !near.isEmpty else { return nil }
    return "did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
  }

  /// Returns at most three names, those that are nearest to a word, in alphabetical order.
  ///
  /// - Parameters:
  ///   - word: The word. Up to three letters allow one mistake, more letters two, and from twelve on
  ///     one for every four.
  ///   - names: The names that are valid.
  public static func near(_ word: String, among names: [String]) -> [String] {
    let limit = word.count <= 3 ? 1 : max(2, word.count / 4)
    let distances = names.map { distance(word, $0) }
    guard let least = distances.min(), least <= limit else { return [] }
    return Array(zip(names, distances).filter { $0.1 == least }.map(\.0).sorted().prefix(3))
  }

  /// The least number of letters to insert, remove, replace or swap with the next (Levenshtein, with
  /// transpositions).
  private static func distance(_ first: String, _ second: String) -> Int {
    let first = Array(first.utf8)
    let second = Array(second.utf8)
    var rows = [Array(0...second.count)]
    for (index, letter) in first.enumerated() {
      var row = [index + 1]
      for column in second.indices {
        let cost = letter == second[column] ? 0 : 1
        var least = min(rows[index][column] + cost, row[column] + 1, rows[index][column + 1] + 1)
        if index > 0, column > 0, letter == second[column - 1], first[index - 1] == second[column] {
          least = min(least, rows[index - 1][column - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
