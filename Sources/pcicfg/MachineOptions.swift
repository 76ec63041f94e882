import ArgumentParser
import HostPCI
import ToolSupport

/// Which machine a command looks at.
struct MachineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Look at a recorded machine instead of this one.", valueName: "dir"),
    completion: .directory)
  var root: String?

  /// The machine.
  func host() throws(Complaint) -> Host {
    guard let root else { return .live }
    do {
      return try Host(recordedAt: root)
    } catch {
      throw .cannotRun(
        "\(error.subject): \(error.cause): expected the directory of a recorded machine")
    }
  }
}
