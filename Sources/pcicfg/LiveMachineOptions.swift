import ArgumentParser
import PCIConfig

/// The options that select a dump or a recording, for a command that only supports the live machine.
struct LiveMachineOptions: ParsableArguments {
  @Option(name: Letter.file.name, help: .hidden)
  var file: String?

  @Option(help: .hidden)
  var root: String?

  /// - Parameter verb: What the command does to the live machine, as a participle.
  /// - Throws: An error that names the option.
  func requireLiveMachine(_ verb: String) throws(ValidationError) {
    if let file {
      throw ValidationError("-F \(quoted(file)): a dump cannot be \(verb), only the live machine")
    }
    if let root {
      throw ValidationError(
        "--root \(quoted(root)): a recording cannot be \(verb), only the live machine")
    }
  }
}
