import ArgumentParser
import HostPCI
import ToolSupport

/// In which mode registers are accessed.
struct AccessOptions: ParsableArguments {
  private static let names = ["auto"] + AccessMode.allCases.map(\.rawValue)

  @Option(
    name: .customLong("access"),
    help: ArgumentHelp(
      "How registers are accessed: auto, sysfs, procfs, conf1 or ecam.", valueName: "mode"),
    completion: .list(names))
  var name = "auto"

  /// The mode; `nil` for sysfs, and procfs where that is missing.
  func mode() throws(Complaint) -> AccessMode? {
    guard Self.names.contains(name) else {
      throw .usage("--access \(name): expected \(Self.names.joined(separator: ", "))")
    }
    return AccessMode(rawValue: name)
  }

  /// The machine in that mode.
  func access(to host: Host) throws(Complaint) -> HostAccess {
    let mode = try mode()
    do {
      return try HostAccess(host, mode)
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
