import ArgumentParser
import PCIConfig
import ToolSupport

@main
struct VMM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vmm",
    abstract: "Runs firmware images in a small KVM virtual machine.",
    discussion: """
      The machine has one processor or more, memory, a serial port, a clock that shows the \
      host's time in UTC, a port to end with, and PCI: both configuration mechanisms, a host \
      bridge as on Q35, and functions to try them on, or those of somebody's lspci log.

      EXAMPLES:
        vmm run suite.rom
        vmm run suite.rom --hypervisor none --timeout 5

      The statuses it ends with are listed by 'vmm run --help'.
      """,
    version: PCIConfigVersion.current,
    subcommands: [RunCommand.self])

  static func main() {
    do {
      try requireArguments()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }
}
