import ArgumentParser
import HostPCI
import HostReports
import PCIConfig
import ToolSupport

/// `pcicfg read`.
struct ReadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    _superCommandName: "pcicfg",
    abstract: "Reads registers by name, number or capability, like setpci.",
    usage: """
      pcicfg read {-s <slot> | -d <id>} [-v | --json]
                  [--access <mode> | --policy <name>]
                  [-F <file> | --root <dir>] <register> ...
      pcicfg read [<options>] -
      """,
    discussion: """
      A register is base[+offset][.b|.w|.l][@n]. The base is a number, a register of the header \
      (COMMAND, BASE_ADDRESS_0, ...) or a capability (CAP_EXP, CAP10, ECAP_AER, ECAP0001); 'setpci \
      --dumpregs' lists the names. @1 is the second capability of that kind. The width is that of \
      the register; numbers and capabilities need one. All numbers are hexadecimal.

      The output is one value per line, in the order of the functions; -v adds the function and \
      the register. Without root the kernel returns only the first 64 bytes.

      All registers are read from all functions. To read different registers from several \
      functions, use -: each line of standard input is a group, '-s ADDRESS REGISTER...' or \
      '-d ID REGISTER...'. Blank lines and lines that begin with # are ignored. The other options \
      stay on the command line.

      --access selects one access mode:
        auto    sysfs, or procfs if there is no sysfs; never the hardware directly
        sysfs   the files below /sys/bus/pci/devices
        procfs  the files below /proc/bus/pci
        conf1   mechanism 1 over ports: segment 0, registers below 0x100
        ecam    ECAM through /dev/mem

      --policy selects mechanism 1 or ECAM for each function and register, as 'pcicfg policy' \
      shows; it needs the rights that the mechanisms need, and never uses sysfs instead. verified \
      first reads every function through ECAM, to compare. --json shows which mechanism served a \
      register.

      ecam maps only regions for which there is evidence, and reads a function only if its \
      identification registers agree with another mode.

      conf1 makes two accesses, address and data, without the kernel's lock: a kernel access can \
      intervene. Reads are repeated until they agree and the address was kept, and the former \
      address is restored; but a kernel write that intervenes changes the register that was to be \
      read. conf1 and ecam use the functions that the kernel lists; if it lists none, those that \
      mechanism 1 finds.

      Exit status: 0 read, 1 a register or a part of the input could not be read, 2 a function \
      does not exist, nothing to read, or the mode is refused, 64 wrong usage.

      Examples:
        pcicfg read -s 00:1f.3 COMMAND STATUS
        sudo pcicfg read -d 8086: -v CAP_EXP+10.w
        sudo pcicfg read -s 01:00.0 --json ECAP_AER+8.l | jq -r '.readings[].value'
        sudo pcicfg read -s 01:00.0 --access ecam 100.l
        pcicfg read -F lspci.log -s 00:02.0 40.l
        printf '%s\\n' '-s 00:00.0 COMMAND' '-s 00:1f.3 40.l' | pcicfg read -v -
      """)

  @Flag(name: Letter.verbose.name, help: "Show the function and the register of each value.")
  var verbose = false

  @Flag(help: "Write JSON (schema pcicfg.read, version 1).")
  var json = false

  @OptionGroup var options: InventoryOptions

  @OptionGroup var group: RegisterGroup

  func validate() throws {
    if json && verbose { throw ValidationError("--json and -v exclude each other") }
    if options.machine.file == "-" && group.readsStandardInput {
      throw ValidationError("-F - and -: standard input cannot be both the dump and the groups")
    }
  }

  func run() throws {
    let requests = try group.groups().map { group in
      (group, try group.selection(), try group.registers(RegisterExpression.init))
    }
    let source = try options.source()
    var readings = RegisterReadings([], of: [], through: source.access)
    var inventoryFailures: [String] = []
    var missing: [ToolError] = []
    for (group, selection, expressions) in requests {
      let inventory = try source.inventory(selection)
      for failure in inventory.failures where !inventoryFailures.contains(failure) {
        inventoryFailures.append(failure)
      }
      if inventory.contains(selection) {
        readings.append(
          RegisterReadings(expressions, of: inventory.functions, through: source.access))
      } else {
        missing.append(group.noSuchFunction)
      }
    }
    if missing.count < requests.count { try output(readings, inventoryFailures, missing) }
    for failure in readings.failures + inventoryFailures { warn(failure) }
    if let last = missing.popLast() {
      for error in missing { warn(error.text) }
      throw last
    }
    if !readings.failures.isEmpty || !inventoryFailures.isEmpty { throw ExitCode(1) }
  }

  private func output(
    _ readings: RegisterReadings, _ failures: [String], _ missing: [ToolError]
  ) throws {
    if json {
      try show(json: ReadDocument(readings, failures: failures + missing.map(\.text)))
    } else {
      try show(verbose ? readings.verboseText : readings.text)
    }
  }
}
