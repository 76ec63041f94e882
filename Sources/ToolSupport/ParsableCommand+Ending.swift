import ArgumentParser
import Glibc
import Spelling

extension ParsableCommand {
  /// Ends the program with what an error says, as one line on standard error: a ``ToolError`` with
  /// its status, a mistake on the command line with 64. Help and versions go to standard output.
  ///
  /// Called on the root command.
  ///
  /// - Parameter error: What parsing or running has thrown.
  public static func end(with error: any Error) -> Never {
    let tool = _commandName
    let toolError: ToolError
    switch error {
    case let known as ToolError: toolError = known
    case _ where exitCode(for: error) == .success:
      let text = fullMessage(for: error)
      do {
        if !text.isEmpty { try show(text + "\n") }
        Glibc.exit(0)
      } catch {
        toolError = error
      }
    default:
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      toolError = .usage(unknownCommand ?? "\(line(for: error)) (see '\(help)')")
    }
    _ = write(Array("\(tool): \(toolError.text)\n".utf8), to: STDERR_FILENO)
    Glibc.exit(toolError.status)
  }

  /// What the parser says, its lists of values on the same line.
  private static func line(for error: any Error) -> String {
    let lines = message(for: error).split(separator: "\n")
    guard let first = lines.first else { return "" }
    let rest = lines.dropFirst().map { line in line.drop { $0 == " " || $0 == "-" } }
    return rest.isEmpty ? String(first) : "\(first) \(rest.joined(separator: ", "))"
  }

  /// The commands that the arguments name, this one first, and the word behind them that names none.
  private static var named: (commands: [any ParsableCommand.Type], unknown: String?) {
    var commands: [any ParsableCommand.Type] = [self]
    for argument in CommandLine.arguments.dropFirst() {
      let subcommands = commands[commands.count - 1].configuration.subcommands
      if subcommands.isEmpty || argument.hasPrefix("-") || argument == "help" { break }
      guard let next = subcommands.first(where: { $0._commandName == argument }) else {
        return (commands, argument)
      }
      commands.append(next)
    }
    return (commands, nil)
  }

  private static var unknownCommand: String? {
    guard let unknown = named.unknown, let last = named.commands.last else { return nil }
    let names = last.configuration.subcommands.map { $0._commandName }
    let near = Spelling.near(unknown, among: names)
    return "\(unknown.isEmpty ? "''" : unknown): no such command: expected "
      + (near.isEmpty ? names : near).joined(separator: " or ") + " (see '\(help)')"
  }

  private static var help: String {
    named.commands.map { $0._commandName }.joined(separator: " ") + " --help"
  }
}
