import ArgumentParser
import HostPCI
import ToolSupport

/// Which modes past the kernel are used beside its files.
struct RawOptions: ParsableArguments {
  @Option(
    name: .customLong("raw"),
    help: ArgumentHelp("Go past the kernel, too: conf1 or ecam.", valueName: "mode"),
    completion: .list(["conf1", "ecam"]))
  var names: [String] = []

  /// The modes.
  func modes() throws(ToolError) -> Set<AccessMode> {
    var modes: Set<AccessMode> = []
    for name in names {
      guard let mode = AccessMode(rawValue: name), mode == .mechanism1 || mode == .ecam else {
        throw .usage("--raw \(name): expected conf1 or ecam")
      }
      modes.insert(mode)
    }
    return modes
  }
}
