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
      Exit status: 0 good, 1 findings, 2 could not run, 64 wrong usage; 'hypervisor' ends with 1 \
      on bare metal.

      Examples:
        pcicfg list -nnk             the PCI functions and their drivers, as lspci
        pcicfg dump                  their registers, as text that lspci -F reads
        pcicfg read -s 00:1f.3 COMMAND
                                     registers by name, as setpci
        pcicfg write -s 01:00.0 --dry-run CAP_EXP+8.w=5000:7000
                                     changes them, reads back, says what was refused
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

  /// The arguments, with lspci's letters apart for the commands that have them.
  private static var arguments: [String] {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "list": return ListCommand.letters.expand(arguments)
    case "dump": return DumpCommand.letters.expand(arguments)
    case "read": return ReadCommand.letters.expand(arguments)
    case "write": return WriteCommand.letters.expand(arguments)
    case "bench": return BenchCommand.letters.expand(arguments)
    case "probe", "policy", "verify", "mcfg", "hypervisor", "snapshot":
      return MachineOptions.letters.expand(arguments)
    default: return arguments
    }
  }

  /// A command that scripts call once for each function or register, parsed without a look at all
  /// others, which costs a third more; `nil` where that fails: the parser of all has to say why.
  private static func parsedByItself(_ arguments: [String]) -> (any ParsableCommand)? {
    let own = Array(arguments.dropFirst())
    switch arguments.first {
    case "list": return try? ListCommand.parse(own)
    case "dump": return try? DumpCommand.parse(own)
    case "read": return try? ReadCommand.parse(own)
    case "write": return try? WriteCommand.parse(own)
    default: return nil
    }
  }

  static func main() {
    ignoreClosedPipes()
    let arguments = arguments
    do {
      try requireArguments()
      if arguments.first == "read" || arguments.first == "write" {
        try FunctionQuery.requireOneGroup(arguments.dropFirst())
      }
      if arguments.first == "read", let query = RegisterQuery(plain: arguments.dropFirst()) {
        return try query.run()
      }
      var command = try parsedByItself(arguments) ?? parseAsRoot(arguments)
      try command.run()
    } catch {
      end(with: error)
    }
  }
}
