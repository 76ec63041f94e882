/// Reads records from bytes as they come. No input upsets it: what is no record is noise.
public struct RecordParser: Sendable {
  /// The longest line, in bytes; a longer one is cut here and the rest is a line of its own.
  public static let maximumLineLength = 1024

  private var line: [UInt8] = []

  /// Creates a parser at the beginning of a stream.
  public init() {}

  /// Takes bytes.
  ///
  /// - Parameter bytes: The next part of the stream, cut anywhere.
  /// - Returns: The records whose lines are now complete.
  public mutating func append(_ bytes: some Sequence<UInt8>) -> [Record] {
    var records: [Record] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        records += finish()
      } else {
        line.append(byte)
        if line.count == Self.maximumLineLength { records += finish() }
      }
    }
    return records
  }

  /// Ends the stream.
  ///
  /// - Returns: The record of a last line without a line feed.
  public mutating func finish() -> [Record] {
    defer { line.removeAll(keepingCapacity: true) }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line.isEmpty ? [] : [Record(line: line)]
  }
}

extension Record {
  /// Reads one line.
  ///
  /// - Parameter line: The bytes without the line feed.
  public init(line: [UInt8]) {
    let text = Self.printable(line)
    var words = Words(text)
    self = Self.record(&words) ?? .noise(text)
  }

  private static func record(_ words: inout Words) -> Record? {
    switch words.next() {
    case "KTAP":
      guard words.next() == "version", let version = words.number(), words.isAtEnd else {
        return nil
      }
      return .version(version)
    case "ok": return result(&words, passed: true)
    case "not": return words.next() == "ok" ? result(&words, passed: false) : nil
    case "#": return comment(&words)
    case .some(let word):
      guard word.hasPrefix("1.."), words.isAtEnd, let count = Words.number(word.dropFirst(3)) else {
        return nil
      }
      return .plan(count)
    case nil: return nil
    }
  }

  private static func result(_ words: inout Words, passed: Bool) -> Record? {
    guard let number = words.number(), let id = words.next().flatMap({ CheckID($0) }) else {
      return nil
    }
    if words.isAtEnd { return .result(number: number, id, passed: passed) }
    guard passed, words.next() == "#", words.next() == "SKIP", let requirement = words.next() else {
      return nil
    }
    return .skip(number: number, id, requirement: String(requirement))
  }

  private static func comment(_ words: inout Words) -> Record {
    let text = words.rest
    return detail(&words) ?? .message(text)
  }

  private static func detail(_ words: inout Words) -> Record? {
    switch words.next() {
    case "check":
      guard let id = words.next().flatMap({ CheckID($0) }), words.isAtEnd else { return nil }
      return .start(id)
    case "wanted":
      guard let wanted = words.value(), words.next() == "saw", let saw = words.value(),
        let clause = words.clause()
      else { return nil }
      return .compared(wanted: wanted, saw: saw, clause: clause)
    case "expected":
      guard let condition = words.value(), words.next() == "saw", let saw = words.value(),
        let clause = words.clause()
      else { return nil }
      return .expected(condition: condition, saw: saw, clause: clause)
    case "observed":
      guard let value = words.value(), let clause = words.clause() else { return nil }
      return .observed(value, clause: clause)
    case "metric":
      guard let id = words.next().flatMap({ CheckID($0) }), let unit = words.next(),
        let value = words.next().flatMap({ UInt64($0) }), words.isAtEnd
      else { return nil }
      return .metric(id, unit: String(unit), value: value)
    case "fault":
      guard words.next() == "vector", let vector = words.number().flatMap({ UInt8(exactly: $0) }),
        vector < 32,
        words.next() == "error", let error = words.hexadecimal(),
        words.next() == "at", let instruction = words.hexadecimal(),
        words.next() == "address", let address = words.hexadecimal(), words.isAtEnd
      else { return nil }
      return .fault(
        Fault(vector: vector, error: error, instruction: instruction, address: address))
    case "panic": return .panic(words.rest)
    default: return nil
    }
  }

  /// Text without control characters, which could move a terminal's cursor.
  private static func printable(_ line: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0:
        let digits = String(scalar.value, radix: 16)
        text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
