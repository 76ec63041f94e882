import Foundation
import Testing

/// What commands in a Debian guest said, by the names that `scripts/debian-init.sh` gives them.
struct DebianReport: Sendable {
  private var outcomes: [String: Tool.Outcome] = [:]

  /// The bytes are not what the guest writes up to its end.
  struct Malformed: Error {
    let line: String
  }

  /// Reads what the guest wrote to its second serial port.
  init(parsing bytes: [UInt8]) throws {
    var rest = bytes[...]
    while outcomes["end"] == nil {
      let line = String(decoding: rest.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Int($0) }
      guard words.count == 4, numbers.count == 3 else { throw Malformed(line: line) }
      rest = rest.dropFirst(line.utf8.count + 1)
      guard rest.count >= numbers[1] + numbers[2] else { throw Malformed(line: line) }
      let output = rest.prefix(numbers[1])
      let errors = rest.dropFirst(numbers[1]).prefix(numbers[2])
      rest = rest.dropFirst(numbers[1] + numbers[2])
      outcomes[String(words[0])] = Tool.Outcome(
        status: .exited(Int32(numbers[0])), output: String(decoding: output, as: UTF8.self),
        errors: String(decoding: errors, as: UTF8.self))
    }
  }

  /// The outcome of a command.
  subscript(name: String) -> Tool.Outcome {
    get throws { try #require(outcomes[name], "\(name) was not reported") }
  }

  /// A document that a command wrote.
  func document<Document: Decodable>(_ name: String, _ type: Document.Type) throws -> Document {
    try JSONDecoder().decode(type, from: Data(try self[name].output.utf8))
  }
}
