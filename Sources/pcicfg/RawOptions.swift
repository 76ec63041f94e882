import ArgumentParser
import LinuxHost
import PCIConfig
import Spelling
import ToolSupport

/// The access modes that bypass the kernel and are used in addition to its files.
struct RawOptions: ParsableArguments {
  private static let modeNames = AccessMode.allCases.filter(\.isRaw).map(\.rawValue)

  @Option(
    name: .customLong("raw"),
    help: ArgumentHelp("Also access the hardware directly: conf1 or ecam.", valueName: "mode"),
    completion: .list(modeNames))
  var names: [String] = []

  /// The modes.
  func modes() throws(ToolError) -> Set<AccessMode> {
    var modes: Set<AccessMode> = []
    for name in names {
      guard let mode = AccessMode(rawValue: name), mode.isRaw else {
        throw .usage("--raw \(quoted(name)): \(Spelling.hint(for: name, among: Self.modeNames))")
      }
      modes.insert(mode)
    }
    return modes
  }
}
