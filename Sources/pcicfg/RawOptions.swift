import ArgumentParser
import HostPCI
import PCIConfig
import Spelling
import ToolSupport

/// The access modes that bypass the kernel and are used in addition to its files.
struct RawOptions: ParsableArguments {
  private static let modeNames = [AccessMode.mechanism1, .ecam].map(\.rawValue)

  @Option(
    name: .customLong("raw"),
    help: ArgumentHelp("Also access the hardware directly: conf1 or ecam.", valueName: "mode"),
    completion: .list(modeNames))
  var names: [String] = []

  /// The modes.
  func modes() throws(ToolError) -> Set<AccessMode> {
    var modes: Set<AccessMode> = []
    for name in names {
      guard let mode = AccessMode(rawValue: name), mode == .mechanism1 || mode == .ecam else {
        throw .usage("--raw \(quoted(name)): \(Spelling.hint(for: name, among: Self.modeNames))")
      }
      modes.insert(mode)
    }
    return modes
  }
}
