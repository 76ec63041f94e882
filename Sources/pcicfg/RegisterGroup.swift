import ArgumentParser
import HostPCI
import PCIConfig
import Spelling
import ToolSupport

/// Functions and registers of `read` and `write`: on the command line, or on a line of standard input.
struct RegisterGroup: ParsableArguments {
  @OptionGroup var functions: FunctionOptions

  @Argument(
    help: ArgumentHelp(
      "Registers; - reads groups from standard input, one per line.", valueName: "register"))
  var registers: [String]

  func validate() throws {
    let hasFunctions = functions.slot != nil || functions.id != nil
    if readsStandardInput {
      guard !hasFunctions else {
        throw ValidationError("-: expected -s and -d on the lines of standard input only")
      }
    } else if !hasFunctions {
      throw ValidationError("expected functions: -s [[segment:]bus:]device.function or -d vendor:")
    }
  }

  /// Whether the groups are on standard input.
  var readsStandardInput: Bool { registers == ["-"] }

  /// The groups: this one, or those of standard input.
  ///
  /// - Throws: `ToolError` with status 64 for a malformed line, with status 2 where there is none.
  func groups() throws(ToolError) -> [NumberedGroup] {
    guard readsStandardInput else { return [NumberedGroup(line: nil, group: self)] }
    let text = String(decoding: try readStandardInput(limit: 16 << 20), as: UTF8.self)
    var groups: [NumberedGroup] = []
    for (index, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace).map { String($0) }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      do {
        groups.append(NumberedGroup(line: index + 1, group: try RegisterGroup(line: words)))
      } catch {
        throw error.on(line: index + 1)
      }
    }
    guard !groups.isEmpty else {
      throw .cannotRun("standard input: no groups: \(Self.expectedLine)")
    }
    return groups
  }
}

extension RegisterGroup {
  fileprivate static let expectedLine =
    "expected lines of -s ADDRESS REGISTER... or -d ID REGISTER..."

  /// Parses a line as the command line is parsed.
  fileprivate init(line words: [String]) throws(ToolError) {
    let arguments = Letter.split(words)
    let group: RegisterGroup
    do {
      group = try Self.parse(arguments)
    } catch {
      let problem = Self.usageMessage(for: error) ?? "unexpected option"
      throw .usage(
        problem.hasPrefix("expected") ? problem : "\(problem): \(Self.expectedLine)")
    }
    guard !group.readsStandardInput else { throw .usage("-: \(Self.expectedLine)") }
    try Self.requireOneGroup(arguments, "expected one group per line")
    self = group
  }
}

extension ParsableArguments {
  /// Refuses a second group of functions and registers, which setpci accepts: to the parser, the
  /// last `-s` and `-d` apply to all registers.
  ///
  /// What precedes the last of these options is complete by itself if another group ends there.
  ///
  /// - Parameters:
  ///   - arguments: What was parsed, without clusters.
  ///   - remedy: What to do instead.
  /// - Throws: `ToolError` with status 64.
  static func requireOneGroup(_ arguments: [String], _ remedy: String) throws(ToolError) {
    func selects(_ argument: String) -> Bool { argument == "-s" || argument == "-d" }
    guard let last = arguments.lastIndex(where: selects),
      arguments[..<last].contains(where: selects),
      (try? parse(Array(arguments[..<last]))) != nil
    else { return }
    let option = arguments[last...].prefix(2).map { quoted($0) }.joined(separator: " ")
    throw .usage("\(option): starts a second group: \(remedy)")
  }
}

/// A group and the line of standard input that it is on.
struct NumberedGroup {
  /// The line, from 1; `nil` for the command line.
  let line: Int?
  let group: RegisterGroup

  /// The functions.
  ///
  /// - Throws: `ToolError` with status 64.
  func selection() throws(ToolError) -> FunctionSelection {
    do {
      return try group.functions.selection()
    } catch {
      throw error.on(line: line)
    }
  }

  /// The registers, each parsed.
  ///
  /// - Parameter parse: Parses one.
  /// - Throws: `ToolError` with status 64.
  func registers<Value>(
    _ parse: (String) throws(RegisterExpressionError) -> Value
  ) throws(ToolError) -> [Value] {
    var values: [Value] = []
    for text in group.registers {
      do {
        values.append(try parse(text))
      } catch {
        throw ToolError(text, error).on(line: line)
      }
    }
    return values
  }

  /// The error that the functions do not exist.
  var noSuchFunction: ToolError { group.functions.noSuchFunction.on(line: line) }
}

extension ToolError {
  fileprivate init(_ text: String, _ error: RegisterExpressionError) {
    var reason = "\(error)"
    if case .unknownRegister(let name) = error {
      let near = Spelling.near(name.uppercased(), among: RegisterExpression.names)
      if let question = Spelling.question(near) { reason = "no such register: \(question)" }
    }
    self = .usage("\(quoted(text)): \(reason)")
  }

  /// The same error with the line of standard input that caused it.
  ///
  /// - Parameter line: The line, from 1; `nil` for none.
  func on(line: Int?) -> ToolError {
    guard let line else { return self }
    return ToolError("standard input, line \(line): \(text)", status: status)
  }
}
