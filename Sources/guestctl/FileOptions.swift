import ArgumentParser
import GuestKit
import ToolSupport

struct FileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder with the images, hypervisors.yml and deviations.yml.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("Another file with hypervisors.", valueName: "file"))
  var hypervisors: String?

  @Option(help: ArgumentHelp("Another file with known deviations.", valueName: "file"))
  var deviations: String?

  var files: Workspace.Files {
    Workspace.Files(data: data, hypervisors: hypervisors, deviations: deviations)
  }

  func workspace() throws(ToolError) -> Workspace {
    do {
      return try Workspace(files)
    } catch {
      throw .cannotRun(error.description)
    }
  }
}
