/// The source lines of an image's code, from its `.lines` file.
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

  private var text: [UInt8] = []

  /// Creates an empty table.
  public init() {}

  /// Creates a table from a file's contents, which are only parsed when an address is looked up: they
  /// are megabytes, and most runs have no fault.
  ///
  /// - Parameter text: The file's contents; a line of another form is ignored.
  public init(text: [UInt8]) { self.text = text }

  /// The frames of an address, the innermost first; none if the table does not contain it.
  public func frames(at address: UInt64) -> [Frame] {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2)
      guard fields.count == 3, let start = Self.address(fields[0]), start <= address,
        let end = Self.address(fields[1]), address < end
      else { continue }
      return String(decoding: fields[2], as: UTF8.self).split(separator: "\t")
        .compactMap { Frame($0) }
    }
    return []
  }

  private static func address(_ field: ArraySlice<UInt8>) -> UInt64? {
    UInt64(String(decoding: field, as: UTF8.self), radix: 16)
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
