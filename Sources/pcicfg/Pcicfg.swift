import ArgumentParser
import PCIConfig
import ToolSupport

/// `pcicfg`: PCI configuration access, seen from Linux.
@main
struct Pcicfg: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pcicfg",
    abstract: "Shows which config-space access methods work here, and why.",
    discussion: """
      Exit status: 0 good, 1 findings, 2 could not run, 64 wrong usage; 'hypervisor' exits with \
      1 on bare metal.

      Examples:
        pcicfg list -nnk             PCI functions and their drivers, like lspci
        pcicfg dump                  their registers, as text that lspci -F reads
        pcicfg read -s 00:1f.3 COMMAND
                                     registers by name, like setpci
        pcicfg write -s 01:00.0 --dry-run CAP_EXP+8.w=5000:7000
                                     changes them, and reports refused writes
        pcicfg probe                 what works on this machine
        pcicfg probe --json          the same for a program
        pcicfg probe --root DIR      the same for a recorded machine
        pcicfg bench                 what reads cost, and by which mechanism
        pcicfg policy                which mechanism each policy chooses, and why
        pcicfg verify                whether all modes show the same registers
        pcicfg mcfg                  what the firmware lists as ECAM, and its faults
        pcicfg hypervisor            the hypervisor in one word, for scripts
        pcicfg snapshot save DIR     records this machine, without serial numbers
        pcicfg diff DIR live         what has changed since
      """,
    version: PCIConfigVersion.current,
    subcommands: [
      ListCommand.self, DumpCommand.self, ReadCommand.self, WriteCommand.self, ProbeCommand.self,
      PolicyCommand.self, VerifyCommand.self, BenchCommand.self, MCFGCommand.self,
      HypervisorCommand.self, SnapshotCommand.self, DiffCommand.self,
    ])

  /// The commands that scripts call once for each function or register.
  private static let frequent: [any ParsableCommand.Type] = [
    ListCommand.self, DumpCommand.self, ReadCommand.self, WriteCommand.self,
  ]

  /// Parses a frequent command without the tree of all commands, which costs 0.4 ms more: `list -n`
  /// takes 0.91 of the time of `lspci -n` instead of 1.03 (`make bench`).
  ///
  /// - Parameter arguments: The arguments, without clusters.
  /// - Returns: The command; `nil` for another command, and for an error, which the parser of the
  ///   tree reports.
  private static func frequentCommand(_ arguments: [String]) -> (any ParsableCommand)? {
    let type = frequent.first { $0._commandName == arguments.first }
    return try? type?.parse(Array(arguments.dropFirst()))
  }

  static func main() {
    ignoreClosedPipes()
    let arguments = Letter.split(Array(CommandLine.arguments.dropFirst()))
    do {
      try requireArguments()
      var command = try frequentCommand(arguments) ?? parseAsRoot(arguments)
      if command is ReadCommand || command is WriteCommand {
        try type(of: command).requireOneGroup(
          Array(arguments.dropFirst()), "use 'pcicfg \(arguments[0]) -' with one group per line")
      }
      try command.run()
    } catch {
      end(with: error)
    }
  }
}
