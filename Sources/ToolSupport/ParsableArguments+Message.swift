import ArgumentParser
import Spelling

extension ParsableArguments {
  /// Returns what is wrong with a command line, in one line.
  ///
  /// - Parameter error: What parsing has thrown.
  /// - Returns: The message, without the program's name; `nil` for an error of another kind.
  public static func usageMessage(for error: any Error) -> String? {
    guard exitCode(for: error) == .validationFailure else { return nil }
    let lines = message(for: error).split(separator: "\n")
    guard let first = lines.first else { return "" }
    // After `or:` stands what the letters of an unknown option would mean.
    let rest = lines.dropFirst().map { line in line.drop { $0 == " " || $0 == "-" } }
      .filter { !$0.hasPrefix("or: ") }
    return UsageMessage(
      rest.isEmpty ? String(first) : "\(first) \(rest.joined(separator: ", "))"
    ).text
  }
}

/// ArgumentParser's messages in the form `input: what is wrong: what to do`.
private struct UsageMessage {
  let text: String

  /// - Parameter message: The message, in one line.
  init(_ message: String) {
    if let value = Self.invalidValue(message) {
      text = value
      return
    }
    let line = message.replacing("'. Did you mean '", with: "': did you mean '")
    let isWord = line.dropFirst().first?.isLowercase ?? false
    let sentence = isWord ? line.prefix(1).lowercased() + line.dropFirst() : line
    text = sentence + (Self.builtInOption(sentence).map { ": \($0)" } ?? "")
  }

  /// The suggestion for an unknown option that is near one of ArgumentParser's own, which its
  /// suggestions leave out.
  private static func builtInOption(_ sentence: String) -> String? {
    let parts = sentence.split(separator: "'", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "unknown option " else { return nil }
    return Spelling.question(
      Spelling.near(String(parts[1]), among: ["--help", "--version"]))
  }

  /// From `The value 'VALUE' is invalid for '--option <name>'` and a colon with the reason, or a
  /// list of values.
  private static func invalidValue(_ message: String) -> String? {
    let start = "The value '"
    let middle = "' is invalid for '"
    guard message.hasPrefix(start), let range = message.ranges(of: middle).last else { return nil }
    let value = String(message[..<range.lowerBound].dropFirst(start.count))
    let rest = message[range.upperBound...]
    guard let end = rest.firstIndex(of: "'") else { return nil }
    let option = rest[..<end].prefix { $0 != " " }
    let shown = value.isEmpty || value.contains(" ") ? "'\(value)'" : value
    let reason = rest[end...].dropFirst()
    if reason.hasPrefix(": ") { return "\(option) \(shown)\(reason)" }
    // The names are quoted: every second part is one.
    let parts = reason.split(separator: "'", omittingEmptySubsequences: false)
    let names = parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    let hint = names.isEmpty ? "invalid value" : Spelling.hint(for: value, among: names)
    return "\(option) \(shown): \(hint)"
  }
}
