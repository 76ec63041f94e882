/// Looks for lines in bytes that grow.
struct LineWatcher {
  private let patterns: [Regex<AnyRegexOutput>]
  private var position = 0
  private var hasMatched = false

  /// Creates a watcher.
  ///
  /// - Parameter patterns: Regular expressions; one that is not valid matches nothing.
  init(patterns: [String]) {
    self.patterns = patterns.compactMap { try? Regex($0) }
  }

  /// The first line that matches, the first time that there is one.
  ///
  /// - Parameter bytes: Everything so far; a line without its end is looked at as well, so that
  ///   nothing is waited for.
  mutating func firstMatch(in bytes: [UInt8]) -> String? {
    guard !patterns.isEmpty, !hasMatched else { return nil }
    var start = position
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let line = String(decoding: bytes[start..<(end ?? bytes.count)], as: UTF8.self)
      if patterns.contains(where: { line.contains($0) }) {
        hasMatched = true
        return line
      }
      guard let end else { break }
      start = end + 1
    }
    position = start
    return nil
  }
}
