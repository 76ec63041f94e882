/// Where the code of an image comes from: what its `.lines` file says.
///
/// Each line of that file is `START<TAB>END<TAB>FRAME[<TAB>FRAME…]`: a range of addresses in
/// hexadecimal, the end exclusive, and its frames `FUNCTION at FILE:LINE`, the innermost of inlined
/// ones first.
public struct SourceLines: Equatable, Sendable {
  /// A function, or a call of an inlined one, in a source file.
  public struct Frame: Equatable, Sendable {
    /// The function.
    public var function: String
    /// The file.
    public var file: String
    /// The line, from 1; 0 where the compiler made the code up.
    public var line: Int

    /// Creates a frame.
    public init(function: String, file: String, line: Int) {
      self.function = function
      self.file = file
      self.line = line
    }

    /// Whether the frame is in the project's code, as against the compiler's or its library's.
    var isOwn: Bool { line > 0 && !file.hasPrefix("<") && !file.hasPrefix("/") }
  }

  private struct Entry: Equatable {
    var range: Range<UInt64>
    var frames: Substring
  }

  private var entries: [Entry] = []

  /// Creates an empty table.
  public init() {}

  /// Reads a table.
  ///
  /// - Parameter text: The file's contents; a line of another form is passed over.
  public init(text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", maxSplits: 2)
      guard fields.count == 3, let start = UInt64(fields[0], radix: 16),
        let end = UInt64(fields[1], radix: 16), start < end
      else { continue }
      entries.append(Entry(range: start..<end, frames: fields[2]))
    }
    entries.sort { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// The frames of an address, the innermost first; none where the table does not know it.
  public func frames(at address: UInt64) -> [Frame] {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].range.upperBound <= address { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].range.contains(address) else { return [] }
    return entries[low].frames.split(separator: "\t").compactMap { Frame($0) }
  }
}

extension SourceLines.Frame {
  init?(_ text: Substring) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let at = words.lastIndex(of: "at"), let colon = text.lastIndex(of: ":"),
      let line = Int(text[text.index(after: colon)...])
    else { return nil }
    let file = words[(at + 1)...].joined(separator: " ")
    guard let end = file.lastIndex(of: ":") else { return nil }
    self.init(
      function: words[..<at].joined(separator: " "), file: String(file[..<end]), line: line)
  }
}
