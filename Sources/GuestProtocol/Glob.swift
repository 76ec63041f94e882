/// A pattern in which `*` stands for any bytes, none included, and `?` for one.
public struct Glob: Hashable, Sendable {
  private let pattern: [UInt8]

  /// Creates a pattern.
  ///
  /// - Parameter pattern: ASCII text; only `*` and `?` are special.
  public init(_ pattern: [UInt8]) {
    self.pattern = pattern
  }

  /// Creates a pattern from text.
  ///
  /// - Parameter pattern: ASCII text; only `*` and `?` are special.
  public init(_ pattern: String) {
    self.init(Array(pattern.utf8))
  }

  /// Whether the pattern stands for the whole of a text.
  ///
  /// Takes at most `text.count` × the pattern's length steps, whatever the pattern.
  public func matches(_ text: [UInt8]) -> Bool {
    var position = 0
    var next = 0
    // Where to go on after a mismatch: behind the last star, one byte further each time.
    var star: (pattern: Int, text: Int)?
    while position < text.count {
      if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
        next += 1
        star = (next, position)
      } else if next < pattern.count,
        pattern[next] == UInt8(ascii: "?") || pattern[next] == text[position]
      {
        next += 1
        position += 1
      } else if let last = star {
        next = last.pattern
        position = last.text + 1
        star = (last.pattern, position)
      } else {
        return false
      }
    }
    while next < pattern.count, pattern[next] == UInt8(ascii: "*") { next += 1 }
    return next == pattern.count
  }

  /// Whether the pattern stands for the whole of a text.
  public func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }
}

extension Glob: CustomStringConvertible {
  /// The pattern as text.
  public var description: String { String(decoding: pattern, as: UTF8.self) }
}
