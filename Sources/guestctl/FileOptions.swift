import ArgumentParser
import GuestKit

struct FileOptions: ParsableArguments {
  @Option(help: "The folder with the images, hypervisors.yml and deviations.yml.")
  var data: String?

  @Option(help: "Another file with hypervisors.")
  var hypervisors: String?

  @Option(help: "Another file with known deviations.")
  var deviations: String?

  var files: Workspace.Files {
    Workspace.Files(data: data, hypervisors: hypervisors, deviations: deviations)
  }

  func workspace() throws(Complaint) -> Workspace {
    do {
      return try Workspace(files)
    } catch {
      throw .cannotRun(error.description)
    }
  }
}
