import ArgumentParser
import HostPCI
import PCIConfig
import Spelling
import ToolSupport

/// How a command accesses registers.
struct AccessOptions: ParsableArguments {
  private static let modes = ["auto"] + AccessMode.allCases.map(\.rawValue)

  @Option(
    name: .customLong("access"),
    help: ArgumentHelp(
      "How registers are accessed: auto (default), sysfs, procfs, conf1 or ecam.",
      valueName: "mode"),
    completion: .list(modes))
  var mode: String?

  func validate() throws {
    if let mode, !Self.modes.contains(mode) {
      throw ValidationError(
        "--access \(quoted(mode)): \(Spelling.hint(for: mode, among: Self.modes))")
    }
  }

  /// The machine in the mode that was named.
  ///
  /// - Throws: `ToolError` with status 2 where the mode is not available.
  func access(to host: Host) throws(ToolError) -> HostAccess {
    do {
      return try HostAccess(host, mode.flatMap(AccessMode.init(rawValue:)))
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
