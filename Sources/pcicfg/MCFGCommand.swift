import ArgumentParser
import HostPCI
import HostReports
import ToolSupport

/// `pcicfg mcfg`.
struct MCFGCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcfg",
    abstract: "Decodes and judges an ACPI MCFG table, which lists ECAM regions.",
    discussion: """
      Without a file it reads this machine's own table, which only root may do. A file holds the \
      bytes of the table as they are in memory, for example a copy of \
      /sys/firmware/acpi/tables/MCFG, and may be a pipe; - is standard input.

      A finding is an error where the table or the entry cannot be used as it is, a warning where \
      it is not as the specification has it, else a note. Its name for programs stands in brackets.

      Exit status: 0 no error and no warning, 1 at least one, 2 no table to read, 64 wrong usage.

      Examples:
        sudo pcicfg mcfg
        pcicfg mcfg mcfg.bin --json | jq '.findings[].tag'
        pcicfg mcfg --root /tmp/machine
        pcicfg mcfg <(ssh root@host cat /sys/firmware/acpi/tables/MCFG)
      """)

  @Argument(help: "A file with the bytes of a table.", completion: .file())
  var file: String?

  @Flag(help: "Write JSON (schema pcicfg.mcfg, version 1).")
  var json = false

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if file != nil && machine.isRecord {
      throw ValidationError("a file excludes --root and -F: expected at most one")
    }
  }

  func run() throws {
    let report = try report()
    if json {
      try show(json: MCFGDocument(report))
    } else {
      try show(report.text)
    }
    if report.hasFault { throw ExitCode(1) }
  }

  private func report() throws(ToolError) -> MCFGReport {
    let host = try machine.host()
    do {
      guard let file else { return try MCFGReport(of: host) }
      return try MCFGReport(file: file)
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
