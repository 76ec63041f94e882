import ArgumentParser

/// Which machine a command looks at.
struct MachineOptions: ParsableArguments {
  static let letters = LetterCluster(flags: "", options: "F")

  @Option(
    help: ArgumentHelp("Look at a recorded machine instead of this one.", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Option(
    name: .customShort("F"),
    help: ArgumentHelp(
      "Look at a dump of 'lspci -x' instead of a machine; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String?

  func validate() throws {
    if file != nil && root != nil {
      throw ValidationError("-F and --root exclude each other: expected at most one")
    }
  }

  /// What was named.
  var source: MachineSource { MachineSource(root: root, file: file) }
}
