import ArgumentParser
import HostPCI
import HostReports
import PCIConfig
import ToolSupport

/// `pcicfg write`.
struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    _superCommandName: "pcicfg",
    abstract: "Writes registers like setpci, reads them back, and reports refused writes.",
    usage: """
      pcicfg write {-s <slot> | -d <id>} [--dry-run] [--yes] [--json]
                   [--access <mode> | --policy <name>]
                   <register>=<value>[:<mask>][,<value>[:<mask>] ...] ...
      pcicfg write [<options>] -
      """,
    discussion: """
      Registers are named as for 'pcicfg read'. With a mask only its bits change: the register is \
      read, and written as a whole. Several values are for consecutive registers. All numbers are \
      hexadecimal.

      All values are written to all functions. To write different values to several functions, \
      use -: each line of standard input is a group, '-s ADDRESS REGISTER=VALUE...', as for \
      'pcicfg read'.

      First every register of every group is looked up and read, then the writes are made in \
      order, each with one access of its width, and reported with the old and the new value. \
      Writes go through sysfs, or through procfs if sysfs is missing or mounted read-only; \
      --access selects one mode and --policy a mechanism for each register, see 'pcicfg read --help'.

      Writing a register that can stop the function or the machine needs --yes, however the \
      register is named, unless a mask leaves its critical bits unchanged. These are:
        header        command, BIST, base addresses, expansion ROM; of bridges bus
                      numbers, windows and control
        host bridge   everything after the header (PCIEXBAR); also for bridges to
                      ISA or LPC and for other bridges (PMBASE)
        capabilities  power state, MSI and MSI-X, function level reset, maximum
                      payload, ARI forwarding, control of links, slots and DPC,
                      Enhanced Allocation, Resizable BAR, Flattening Portal Bridge,
                      SR-IOV, ACS, ATS, PASID, page requests, multicast, CXL, and
                      windows such as virtio's

      With conf1 every write needs --yes: the address is read back right before the data is \
      written, but another access can still intervene and redirect the write.

      Exit status: 0 written; 1 written, but some bits read back differently (as status bits do, \
      which writing 1 clears); 2 refused, or nothing to write to: only the writes that are shown \
      were made; 64 wrong usage, or --yes is missing: nothing was written.

      Examples:
        sudo pcicfg write -s 01:00.0 --dry-run CAP_EXP+8.w=5000:7000
        sudo pcicfg write -s 01:00.0 CAP_EXP+8.w=5000:7000
        sudo pcicfg write -s 01:00.0 --yes COMMAND=4:4
        sudo pcicfg write -d 8086:10d3 LATENCY_TIMER=40 --json
        sudo pcicfg write --dry-run - < settings.txt
      """)

  @Flag(help: "Show what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Also write registers that can stop the machine.")
  var yes = false

  @Flag(help: "Write JSON (schema pcicfg.write, version 1).")
  var json = false

  @OptionGroup var access: AccessOptions

  @OptionGroup var group: RegisterGroup

  @OptionGroup var others: LiveMachineOptions

  func validate() throws { try others.requireLiveMachine("written") }

  func run() throws {
    let writes = try writes()
    let hazardous = writes.writes.filter { $0.caution != nil }
    if !yes && !dryRun, let first = hazardous.first, let caution = first.caution {
      let more = hazardous.count > 1 ? ", and \(hazardous.count - 1) more like it" : ""
      throw ToolError.usage(
        "\(first.name) is \(caution)\(more): expected --yes; nothing was written")
    }
    let report = dryRun ? writes.rehearse() : writes.perform()
    if json {
      try show(json: WriteDocument(report))
    } else {
      try show(report.text)
    }
    for finding in report.findings { warn(finding) }
    if let failure = report.failure { throw ToolError.cannotRun(failure) }
    if !report.findings.isEmpty { throw ExitCode(1) }
  }

  /// Parses every group, then finds and reads every register.
  private func writes() throws -> RegisterWrites {
    let requests = try group.groups().map { group in
      (group, try group.selection(), try group.registers(RegisterAssignment.init))
    }
    let access = try access.access(to: .live)
    var writes = try RegisterWrites([], of: [], through: access)
    for (group, selection, assignments) in requests {
      let inventory = try InventorySource(access: access, dump: nil).inventory(selection)
      guard inventory.contains(selection) else { throw group.noSuchFunction }
      if let failure = inventory.failures.first {
        throw ToolError.cannotRun("\(failure); nothing was written").on(line: group.line)
      }
      do {
        writes.append(try RegisterWrites(assignments, of: inventory.functions, through: access))
      } catch {
        throw ToolError.cannotRun("\(error); nothing was written").on(line: group.line)
      }
    }
    return writes
  }
}
