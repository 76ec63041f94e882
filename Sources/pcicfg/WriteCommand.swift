import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// `pcicfg write`.
struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    _superCommandName: "pcicfg",
    abstract: "Writes registers as setpci, reads them back, and says what was refused.",
    usage: """
      pcicfg write {-s <slot> | -d <id>} [--dry-run] [--yes] [--json]
                   [--access <mode>]
                   <register>=<value>[:<mask>][,<value>[:<mask>] ...] ...
      """,
    discussion: """
      Registers are named as for 'pcicfg read'. With a mask only its bits change: the register is \
      read, and written as a whole. Several values are for consecutive registers. All numbers are \
      hexadecimal. All is written to all functions: for what setpci takes as a second group, call \
      it again.

      First every register is looked up and read, then the writes are made in order, each with one \
      access of its width, and shown with the old and the new value. It writes through sysfs, or through \
      procfs where that is missing or mounted for reading only; with --access in one mode alone, \
      see 'pcicfg read --help'.

      A register that can stop the function or the machine is written with --yes only, however it \
      was named; one whose bits stay as they are, because of a mask, is not. Such are:
        header        command, BIST, base addresses, expansion ROM; of bridges bus
                      numbers, windows and control
        host bridge   all behind the header (PCIEXBAR), and so of bridges to ISA
                      or LPC and of other bridges (PMBASE)
        capabilities  power state, MSI and MSI-X, function level reset, greatest
                      payload, ARI forwarding, control of links, slots and DPC,
                      Enhanced Allocation, Resizable BAR, Flattening Portal Bridge,
                      SR-IOV, ACS, ATS, PASID, page requests, multicast, CXL, and
                      windows such as virtio's

      By conf1 every write takes --yes: the address is read back right before the data is written, \
      but another access may still fall between, and the write hit another register.

      Exit status: 0 written; 1 written, but bits read back otherwise (as status bits do, which \
      writing 1 clears); 2 refused, or nothing to write to: what is not shown was not written; \
      64 wrong usage, or --yes is missing: nothing was written.

      Examples:
        sudo pcicfg write -s 01:00.0 --dry-run CAP_EXP+8.w=5000:7000
        sudo pcicfg write -s 01:00.0 CAP_EXP+8.w=5000:7000
        sudo pcicfg write -s 01:00.0 --yes COMMAND=4:4
        sudo pcicfg write -d 8086:10d3 LATENCY_TIMER=40 --json
      """)

  static let letters = LetterCluster(flags: "", options: "sdF")

  @Flag(help: "Show what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Write registers that can stop the machine, too.")
  var yes = false

  @Flag(help: "Write JSON (schema pcicfg.write, version 1).")
  var json = false

  @OptionGroup var functions: FunctionOptions

  @OptionGroup var others: LiveMachineOptions

  @Argument(
    help: ArgumentHelp("Registers and their new values.", valueName: "register=value"))
  var assignments: [String]

  func validate() throws {
    try others.requireLiveMachine("written")
    try functions.query.requireSelection()
  }

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

  private func writes() throws(ToolError) -> RegisterWrites {
    var parsed: [RegisterAssignment] = []
    for text in assignments {
      do {
        parsed.append(try RegisterAssignment(text))
      } catch {
        throw .usage("\(quoted(text)): \(error)")
      }
    }
    let functions = functions.query
    let selection = try functions.selection()
    let access = try functions.access(to: .live)
    let inventory: Inventory
    do {
      inventory = try Inventory(of: access, selection)
    } catch {
      throw .cannotRun("\(error)")
    }
    try functions.requireFunctions(inventory)
    if let failure = inventory.failures.first {
      throw .cannotRun("\(failure); nothing was written")
    }
    do {
      return try RegisterWrites(parsed, of: inventory.functions, through: access)
    } catch {
      throw .cannotRun("\(error); nothing was written")
    }
  }
}
