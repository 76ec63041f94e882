/// The words of a line, one after the other.
struct Words {
  private var remaining: Substring

  init(_ line: String) { remaining = Substring(line) }

  var isAtEnd: Bool { remaining.allSatisfy { $0 == " " } }

  /// What has not been read, without the blank before it.
  var rest: String { String(remaining.drop { $0 == " " }) }

  mutating func next() -> Substring? {
    remaining = remaining.drop { $0 == " " }
    guard !remaining.isEmpty else { return nil }
    let word = remaining.prefix { $0 != " " }
    remaining = remaining[word.endIndex...]
    return word
  }

  mutating func number() -> Int? { next().flatMap { Self.number($0) } }

  static func number(_ digits: Substring) -> Int? {
    digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? Int(digits) : nil
  }

  mutating func hexadecimal() -> UInt64? {
    guard let word = next(), word.hasPrefix("0x") else { return nil }
    return UInt64(word.dropFirst(2), radix: 16)
  }

  /// A word, or text with its quotation marks.
  mutating func value() -> String? {
    remaining = remaining.drop { $0 == " " }
    guard remaining.first == "\"" else { return next().map { String($0) } }
    let content = remaining.dropFirst()
    guard let end = content.firstIndex(of: "\"") else { return nil }
    let value = remaining[...end]
    remaining = remaining[content.index(after: end)...]
    return String(value)
  }

  /// `clause TEXT`, or nothing at all.
  mutating func clause() -> String? {
    if isAtEnd { return "" }
    return next() == "clause" ? rest : nil
  }
}
