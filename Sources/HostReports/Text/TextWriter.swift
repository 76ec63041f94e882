import PCIConfig

/// Writes text of at most 80 columns: paragraphs that hang behind their first line.
struct TextWriter {
  private(set) var text = ""

  static let width = 80

  /// Writes a line as it is.
  mutating func line(_ line: String = "") { text += line + "\n" }

  /// Writes words, continued on lines that are indented by the prefix's width.
  ///
  /// - Parameters:
  ///   - prefix: What the first line begins with.
  ///   - words: The text; it is broken at blanks only.
  ///   - indentation: That of the following lines, in place of the prefix's width.
  mutating func paragraph(_ prefix: String, _ words: String, indentation: Int? = nil) {
    let indentation = indentation ?? prefix.count
    var line = prefix
    var width = prefix.count
    var isEmpty = true
    for word in words.split(separator: " ") {
      let count = word.count
      if !isEmpty && width + 1 + count > Self.width {
        self.line(line)
        line = String(repeating: " ", count: indentation) + word
        width = indentation + count
      } else {
        line += isEmpty ? String(word) : " " + word
        width += isEmpty ? count : count + 1
      }
      isEmpty = false
    }
    self.line(line)
  }
}

/// Text filled with blanks to a width.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// Bytes as hexadecimal digits, two for each.
func hexadecimalText(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { hexadecimal($0, digits: 2) }.joined()
}
