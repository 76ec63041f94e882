import ArgumentParser

/// The options of other commands for a dump or a record, for a command that refuses them by name.
struct LiveMachineOptions: ParsableArguments {
  @Option(name: .customShort("F"), help: .hidden)
  var file: String?

  @Option(help: .hidden)
  var root: String?

  /// - Parameter verb: What happens to the live machine only.
  /// - Throws: An error where something else is named.
  func requireLiveMachine(_ verb: String) throws {
    if let file {
      throw ValidationError("-F \(file): a dump is not \(verb), only the live machine")
    }
    if let root {
      throw ValidationError("--root \(root): a record is not \(verb), only the live machine")
    }
  }
}
