import ArgumentParser
import GuestKit
import ToolSupport

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show suites, checks and hypervisors, and which of these can run here.",
    usage: """
      guestctl list [--json] [--data <dir>] [--hypervisors <file>]
                    [--deviations <file>]
      """,
    discussion: """
      Examples:
        guestctl list
        guestctl list --json | jq -r '.suites[].checks[]'
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var files: FileOptions

  func run() throws {
    let workspace = try files.workspace()
    let inventory = Inventory(images: workspace.images, file: workspace.hypervisorFile)
    try show(json ? inventory.json : inventory.text(width: Terminal.width()))
  }
}
