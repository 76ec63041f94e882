import ArgumentParser
import HostPCI
import HostReports
import ToolSupport

/// `pcicfg snapshot`.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Records a machine, so that every command can look at it elsewhere.",
    discussion: """
      A snapshot is a directory with what the commands look at: registers, files of sysfs and \
      procfs, CPUID, and what the system refused. It stands for the machine with --root.

      Exit status: that of its subcommand.

      Examples:
        sudo pcicfg snapshot save machine
        sudo pcicfg probe --root machine
        sudo pcicfg diff machine live
      """,
    subcommands: [SaveCommand.self])
}

extension SnapshotCommand {
  /// `pcicfg snapshot save`.
  struct SaveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "save",
      abstract: "Writes a record of this machine to a directory.",
      usage: """
        pcicfg snapshot save <directory> [--raw <mode> ...] [--compare]
                             [--include-serial-numbers] [--json]
                             [-F <file> | --root <dir>]
        """,
      discussion: """
        It asks all that 'probe', 'list', 'verify', 'policy', 'mcfg' and 'hypervisor' ask, and keeps \
        what they were answered. --raw conf1 and --raw ecam also try the ports and /dev/mem, as for \
        'probe'; --compare reads every function through ECAM. With --root or -F a record is copied.

        It keeps nothing that identifies the machine or its owner: of registers not the device \
        serial number, vital product data, a system GUID, error logs, and windows to data, where \
        zeros stand instead; of the kernel's command line only options for PCI, memory and \
        hypervisors; of the kernel's release no word that its builder appended; no names, no \
        addresses of networks, no UUIDs. What it leaves out it says. Registers of a vendor's own \
        are kept.

        The directory must not exist, or be empty. It appears when all is written, or not at all. \
        Only its owner can read it, since it has what the system shows to root alone: 'chown -R' \
        hands it on. Of a record no link is followed out of it.

        Exit status: 0 written, 2 not written, 64 wrong usage.

        Examples:
          sudo pcicfg snapshot save machine && sudo chown -R $USER machine
          sudo pcicfg snapshot save before --compare
          pcicfg snapshot save copy --root original
          tar czf machine.tgz machine
        """)

    @Argument(help: "The directory to write.", completion: .directory)
    var directory: String

    @Flag(help: "Read every function through ECAM, too, so that it can be compared.")
    var compare = false

    @Flag(help: "Keep registers that identify a unit, such as serial numbers.")
    var includeSerialNumbers = false

    @Flag(help: "Write JSON (schema pcicfg.snapshot, version 1).")
    var json = false

    @OptionGroup var raw: RawOptions

    @OptionGroup var machine: MachineOptions

    func run() throws {
      let host = try machine.host()
      let snapshot: Snapshot
      do {
        snapshot = try Snapshot(
          of: host, reading: try raw.modes(), compares: compare,
          includesSerialNumbers: includeSerialNumbers)
        try snapshot.save(to: directory)
      } catch {
        throw ToolError.cannotRun("\(error)")
      }
      if json {
        try show(json: SnapshotDocument(snapshot, directory: directory))
      } else {
        try show(snapshot.report(on: directory))
      }
      if host.isLive && snapshot.hasHeadersOnly {
        warn("only the first 64 bytes of each function can be read: run it as root for the rest")
      }
    }
  }
}
