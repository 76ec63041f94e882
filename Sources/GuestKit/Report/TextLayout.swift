/// Lines of at most a given width, but for lines that are added as they are and for addresses of the
/// web.
struct TextLayout {
  /// The width in columns.
  let width: Int
  /// What has been laid out.
  private(set) var text = ""

  init(width: Int) { self.width = max(width, 40) }

  /// Adds a line as it is.
  mutating func line(_ line: String = "") { text += line + "\n" }

  /// Adds words, broken at blanks; a word that is wider than a line is broken anywhere,
  /// but for an address of the web, which would not be found in two pieces.
  ///
  /// - Parameters:
  ///   - words: The text.
  ///   - lead: What stands before the first line; a line of its own where it fills one.
  ///   - indent: How many blanks stand before the others, at most half the width; `nil` for the width
  ///     of `lead`.
  mutating func paragraph(_ words: String, lead: String = "", indent: Int? = nil) {
    let margin = String(repeating: " ", count: min(indent ?? lead.count, width / 2))
    var current = lead
    var isEmpty = true
    for word in words.split(separator: " ") {
      var rest = word
      if !isEmpty {
        if current.count + 1 + rest.count <= width {
          current += " " + rest
          continue
        }
        line(current)
        current = margin
      }
      while current.count + rest.count > width, !word.isWebAddress {
        let room = max(width - current.count, 0)
        line(current + rest.prefix(room))
        rest = rest.dropFirst(room)
        current = margin
      }
      current += rest
      isEmpty = false
    }
    line(current)
  }
}

extension Substring {
  /// Whether it begins as an address of the web does, perhaps behind an opening parenthesis.
  fileprivate var isWebAddress: Bool {
    let start = first == "(" ? dropFirst() : self
    return start.hasPrefix("https://") || start.hasPrefix("http://")
  }
}

extension Sequence<String> {
  /// `a`, `a and b`, `a, b and c`.
  var listed: String {
    let all = Array(self)
    guard let last = all.last, all.count > 1 else { return all.first ?? "" }
    return all.dropLast().joined(separator: ", ") + " and " + last
  }
}
