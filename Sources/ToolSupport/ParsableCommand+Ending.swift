import ArgumentParser
import Glibc

extension ParsableCommand {
  /// Ends the program with what an error says, as one line on standard error: a ``Complaint`` with
  /// its status, a mistake on the command line with 64. Help and versions go to standard output.
  ///
  /// Called on the root command.
  ///
  /// - Parameter error: What parsing or running has thrown.
  public static func end(with error: any Error) -> Never {
    let tool = _commandName
    let complaint: Complaint
    switch error {
    case let known as Complaint: complaint = known
    default:
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      complaint = .usage(unknownCommand ?? "\(line(for: error)) (see '\(help)')")
    }
    _ = write(Array("\(tool): \(complaint.text)\n".utf8), to: STDERR_FILENO)
    Glibc.exit(complaint.status)
  }

  /// What the parser says, its lists of values on the same line.
  private static func line(for error: any Error) -> String {
    let lines = message(for: error).split(separator: "\n")
    guard let first = lines.first else { return "" }
    let rest = lines.dropFirst().map { line in line.drop { $0 == " " || $0 == "-" } }
    return rest.isEmpty ? String(first) : "\(first) \(rest.joined(separator: ", "))"
  }

  private static var commands: [String] {
    configuration.subcommands.map { $0._commandName }
  }

  private static var firstArgument: String? {
    CommandLine.arguments.dropFirst().first
  }

  private static var unknownCommand: String? {
    guard let first = firstArgument, !first.hasPrefix("-"), !(commands + ["help"]).contains(first)
    else { return nil }
    return "\(first): expected \(commands.joined(separator: " or "))"
  }

  private static var help: String {
    guard let first = firstArgument, commands.contains(first) else {
      return "\(_commandName) --help"
    }
    return "\(_commandName) \(first) --help"
  }
}
