import ArgumentParser
import HostPCI
import HostReports
import ToolSupport

/// `pcicfg diff`.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what two machines, or one at two times, show differently.",
    discussion: """
      Each of both is the directory of a record, a file with what 'lspci -x' prints, - for \
      standard input, or the word live for this machine, which is asked as by 'probe'. It compares \
      functions, their drivers and registers, the hypervisor, what the kernel uses, which access \
      modes work, ECAM regions and the entries of MCFG, the firmware's memory map, and the \
      kernel's release, options and lockdown.

      A line begins with + for what only the second one has, with - for what only the first one \
      has. Of two dumps, functions and registers are compared. Registers that only one has are no \
      difference, nor are those of the live machine that change when they are read again, nor \
      serial numbers that a record left out: they are named at the end.

      Exit status: 0 the same, 1 they differ, 2 could not look, 64 wrong usage.

      Examples:
        pcicfg diff before live
        pcicfg diff mine.log theirs.log
        pcicfg diff before after --json | jq '.differences[].register'
      """)

  @Argument(help: "A directory, a file or live.", completion: .file())
  var first: String

  @Argument(help: "Another one.", completion: .file())
  var second: String

  @Flag(help: "Write JSON (schema pcicfg.diff, version 1).")
  var json = false

  func run() throws {
    let comparison = MachineComparison(try machine(first), try machine(second))
    if json {
      try show(json: MachineComparisonDocument(comparison))
    } else {
      try show(comparison.text)
    }
    if !comparison.differences.isEmpty { throw ExitCode(1) }
  }

  private func machine(_ name: String) throws(ToolError) -> ComparedMachine {
    do {
      return try ComparedMachine(named: name)
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
