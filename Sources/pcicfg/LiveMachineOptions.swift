import ArgumentParser
import PCIConfig

/// The options of other commands for a dump or a record, for a command that refuses them by name.
struct LiveMachineOptions: ParsableArguments {
  @Option(name: .customShort("F"), help: .hidden)
  var file: String?

  @Option(help: .hidden)
  var root: String?

  /// - Parameter verb: What happens to the live machine only.
  /// - Throws: An error where something else is named.
  func requireLiveMachine(_ verb: String) throws(ValidationError) {
    if let file {
      throw ValidationError("-F \(quoted(file)): a dump is not \(verb), only the live machine")
    }
    if let root {
      throw ValidationError(
        "--root \(quoted(root)): a record is not \(verb), only the live machine")
    }
  }
}
