import ArgumentParser
import Glibc
import Spelling

extension ParsableCommand {
  /// Ends the program with an error's message on standard error and its status: a ``ToolError`` with
  /// its own, a mistake on the command line with 64. Help and versions go to standard output.
  ///
  /// Called on the root command.
  ///
  /// - Parameter error: What parsing or running has thrown.
  public static func end(with error: any Error) -> Never {
    let toolError: ToolError
    if let known = error as? ToolError {
      toolError = known
    } else if let unknownCommand {
      toolError = .usage(unknownCommand)
    } else if let message = usageMessage(for: error) {
      toolError = .usage("\(message) (see '\(help)')")
    } else {
      guard exitCode(for: error) == .success else { exit(withError: error) }
      let text = fullMessage(for: error)
      do {
        if !text.isEmpty { try show(text + "\n") }
        Glibc.exit(0)
      } catch {
        toolError = error
      }
    }
    _ = write(Array("\(_commandName): \(toolError.text)\n".utf8), to: STDERR_FILENO)
    Glibc.exit(toolError.status)
  }

  /// The commands that the arguments name, this one first, and the first word that names none.
  ///
  /// The command `help` is followed by the names of others.
  private static var named: (commands: [any ParsableCommand.Type], unknown: String?) {
    var commands: [any ParsableCommand.Type] = [self]
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "help" { arguments.removeFirst() }
    for argument in arguments {
      let subcommands = commands[commands.count - 1].configuration.subcommands
      if subcommands.isEmpty || argument.hasPrefix("-") { break }
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
    return "\(unknown.isEmpty ? "''" : unknown): no such command: "
      + "\(Spelling.hint(for: unknown, among: names)) (see '\(help)')"
  }

  private static var help: String {
    named.commands.map { $0._commandName }.joined(separator: " ") + " --help"
  }
}
