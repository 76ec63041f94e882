/// Names and numbers as text, a line for each: a hexadecimal number, words, and the name.
///
/// An array of values would stay in every firmware image, also where nobody asks for it. What is made
/// of the lines is kept, since text takes long to read.
struct NameTable {
  /// A line.
  struct Row {
    /// The words before the name; the first is the number.
    let words: [ArraySlice<UInt8>]
    let number: UInt32
    let name: String
  }

  /// The lines.
  let rows: [Row]

  /// - Parameter text: A literal; a line of another form traps.
  init(_ text: String) {
    rows = Array(text.utf8).split(separator: UInt8(ascii: "\n")).map { line in
      let words = line.split(separator: UInt8(ascii: " "))
      guard let number = hexadecimalNumber(words[0]).flatMap(UInt32.init(exactly:)) else {
        preconditionFailure("a name stands behind a number")
      }
      return Row(words: words.dropLast(), number: number, name: words[words.count - 1].text)
    }
  }
}
