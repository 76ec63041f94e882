import ArgumentParser
import PCIConfig
import ToolSupport

/// `pcicfg`: PCI configuration access, seen from Linux.
@main
struct Pcicfg: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pcicfg",
    abstract: "Tells which ways into PCI configuration space work here, and why.",
    discussion: """
      Exit status: 0 good, 1 findings, 2 could not run, 64 wrong usage.

      Examples:
        pcicfg probe                 what works on this machine
        pcicfg probe --json          the same for a program
        pcicfg probe --root DIR      the same for a recorded machine
        pcicfg mcfg                  what the firmware lists as ECAM, and its faults
      """,
    version: PCIConfigVersion.current,
    subcommands: [ProbeCommand.self, MCFGCommand.self])

  static func main() {
    ignoreClosedPipes()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }
}
