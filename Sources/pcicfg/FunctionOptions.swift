import ArgumentParser

/// Which functions are meant, with lspci's letters, and in which mode they are accessed.
struct FunctionOptions: ParsableArguments {
  @Option(
    name: .customLong("access"),
    help: ArgumentHelp(
      "How registers are accessed: auto (default), sysfs, procfs, conf1 or ecam.",
      valueName: "mode"),
    completion: .list(FunctionQuery.modes))
  var accessMode: String?

  @Option(
    name: .customShort("s"),
    help: ArgumentHelp(
      "Only [[[[segment]:]bus]:][device][.[function]], hexadecimal.", valueName: "slot"))
  var slot: String?

  @Option(
    name: .customShort("d"),
    help: ArgumentHelp("Only [vendor]:[device][:class[:interface]].", valueName: "id"))
  var id: String?

  /// What was asked for.
  var query: FunctionQuery { FunctionQuery(accessMode: accessMode, slot: slot, id: id) }
}
