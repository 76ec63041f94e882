import ArgumentParser
import PCIConfig

/// Which functions a command looks at, and in which mode, with lspci's letters.
struct InventoryOptions: ParsableArguments {
  @OptionGroup var machine: MachineOptions

  @OptionGroup var functions: FunctionOptions

  func validate() throws {
    if let file = machine.file, let mode = functions.accessMode {
      throw ValidationError(
        "--access \(quoted(mode)): expected none with -F \(quoted(file)): a dump is read in one way"
      )
    }
  }

  /// What was asked for.
  var query: InventoryQuery {
    InventoryQuery(machine: machine.source, functions: functions.query)
  }
}
