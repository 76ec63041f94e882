/// Names that a person may have meant.
public enum Spelling {
  /// At most three names that are near a word, the nearest first.
  public static func near(_ word: String, among names: [String]) -> [String] {
    let limit = max(2, word.count / 4)
    return names.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map(\.0)
  }

  /// The least number of letters to insert, remove or replace (Levenshtein).
  static func distance(_ first: String, _ second: String) -> Int {
    let first = Array(first.utf8)
    let second = Array(second.utf8)
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in 0..<second.count {
        let change = diagonal + (letter == second[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
