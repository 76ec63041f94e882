/// A table in the form of text: a line starts with a hexadecimal number and ends with a name.
///
/// An array of values would stay in every firmware image, even in one that does not use it. Callers
/// keep what they make of the lines, since parsing is slow.
struct NameTable {
  /// A line.
  struct Row {
    /// The columns before the name, which have no blanks; the first is the number.
    let words: [ArraySlice<UInt8>]
    let number: UInt32
    let name: String
  }

  /// The lines.
  let rows: [Row]

  /// Parses a table.
  ///
  /// - Parameters:
  ///   - text: A literal; a line of another form traps.
  ///   - columns: The number of columns, which blanks separate. The name is the last; it may have
  ///     blanks.
  init(_ text: String, columns: Int) {
    let blank = UInt8(ascii: " ")
    rows = Array(text.utf8).split(separator: UInt8(ascii: "\n")).map { line in
      let words = line.split(separator: blank, maxSplits: columns - 1)
      guard words.count == columns,
        let number = hexadecimalNumber(words[0]).flatMap(UInt32.init(exactly:))
      else { preconditionFailure("a line has too few columns or does not start with a number") }
      let name = words[columns - 1].drop { $0 == blank }
      return Row(words: words.dropLast(), number: number, name: name.text)
    }
  }
}
