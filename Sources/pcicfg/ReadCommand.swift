import ArgumentParser

/// `pcicfg read`.
struct ReadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    _superCommandName: "pcicfg",
    abstract: "Reads registers by name, number or capability, as setpci.",
    usage: """
      pcicfg read {-s <slot> | -d <id>} [-v | --json] [--access <mode>]
                  [-F <file> | --root <dir>] <register> ...
      """,
    discussion: """
      A register is base[+offset][.b|.w|.l][@n]. The base is a number, a register of the header \
      (COMMAND, BASE_ADDRESS_0, ...) or a capability (CAP_EXP, CAP10, ECAP_AER, ECAP0001); 'setpci \
      --dumpregs' lists the names. @1 is the second capability of that kind. The width is that of \
      the register; for numbers and capabilities it must be given. All numbers are hexadecimal.

      The values are written without more, a line each, in the order of the functions; -v tells \
      which they are. Without root the kernel shows the first 64 bytes only. All registers are read \
      of all functions: for what setpci takes as a second group, call it again.

      --access takes one mode alone:
        auto    sysfs, and procfs where that is missing; never past the kernel
        sysfs   the files below /sys/bus/pci/devices
        procfs  the files below /proc/bus/pci
        conf1   the ports of mechanism 1: segment 0, registers below 0x100
        ecam    ECAM through /dev/mem

      ecam touches only regions that are vouched for, and a function only where its identification \
      registers read as in another mode.

      conf1 is two accesses, address and data, and the kernel's lock around its own cannot be \
      taken: an access of the kernel may fall between. What was read is read again until it \
      agrees and the address was held, and the former address is put back; but a write of the \
      kernel that falls between changes the register that was to be read. Modes past the kernel \
      show the functions that it lists; where it lists none, those that mechanism 1 finds.

      Exit status: 0 read, 1 a register or a part of what was given could not be read, 2 nothing \
      to look at or the mode is refused, 64 wrong usage.

      Examples:
        pcicfg read -s 00:1f.3 COMMAND STATUS
        sudo pcicfg read -d 8086: -v CAP_EXP+10.w
        sudo pcicfg read -s 01:00.0 --json ECAP_AER+8.l | jq -r '.readings[].value'
        sudo pcicfg read -s 01:00.0 --access ecam 100.l
        pcicfg read -F lspci.log -s 00:02.0 40.l
      """)

  static let letters = LetterCluster(flags: "v", options: "sdF")

  @Flag(name: .customShort("v"), help: "Show the function and the register of each value.")
  var verbose = false

  @Flag(help: "Write JSON (schema pcicfg.read, version 1).")
  var json = false

  @OptionGroup var options: InventoryOptions

  @Argument(help: ArgumentHelp("Registers.", valueName: "register"))
  var registers: [String]

  func validate() throws {
    if json && verbose { throw ValidationError("--json and -v exclude each other") }
    try options.functions.query.requireSelection()
  }

  func run() throws {
    try RegisterQuery(
      inventory: options.query, registers: registers,
      format: json ? .json : verbose ? .lines : .values
    ).run()
  }
}
