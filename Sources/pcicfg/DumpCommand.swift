import ArgumentParser
import HostReports
import PCIConfig
import ToolSupport

/// `pcicfg dump`.
struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    _superCommandName: "pcicfg",
    abstract: "Writes the registers of PCI functions as text that lspci -F reads.",
    usage: """
      pcicfg dump [-x | -xxx | -xxxx] [--json] [-s <slot>] [-d <id>]
                  [--access <mode> | --policy <name>]
                  [-F <file> | --root <dir>]
      """,
    discussion: """
      It writes all registers that can be read, or as many as lspci does: -x the header, -xxx 256 \
      bytes, -xxxx 4096. Without root the kernel returns only the first 64 bytes. --access selects \
      one access mode and --policy a mechanism for each register, see 'pcicfg read --help'; conf1 \
      reaches 256 bytes. Registers from 0x100 up are left out if the policy refuses them; 'pcicfg \
      verify --policy' names the reason. --json shows the mechanism.

      With -F it reads such text from any machine, also a whole log of 'lspci -vvvxxxx', and \
      writes the registers in it. Registers after a missing line are left out, and so is a second \
      dump in the log that differs from the first; it reports the line.

      Exit status: 0 written, also if a pattern of -s or -d matches no function; 1 a function or a \
      part of the input could not be read; 2 the function that -s names (bus:device.function) does \
      not exist, nothing to read, or the mode is refused; 64 wrong usage.

      Examples:
        sudo pcicfg dump > machine.txt; lspci -vvv -F machine.txt
        pcicfg dump -F report.log -s 00:1f.3
        sudo pcicfg dump --access ecam -s 01:00.0
        pcicfg dump -x --json | jq -r '.functions[0].registers'
      """)

  @Flag(
    name: Letter.registers.name, help: "Write less: -x the header, -xxx 256 bytes, -xxxx all.")
  var hexadecimal: Int

  @Flag(help: "Write JSON (schema pcicfg.dump, version 1).")
  var json = false

  @OptionGroup var options: InventoryOptions

  @OptionGroup var functions: FunctionOptions

  func run() throws {
    let limit = byteLimit(hexadecimal) ?? 4096
    let selection = try functions.selection()
    let source = try options.source()
    let inventory = try source.inventory(selection, .registers, byteLimit: limit)
    if json {
      try show(json: DumpDocument(inventory, byteLimit: limit))
    } else {
      var listing = Listing(inventory)
      listing.alwaysShowsSegment = true
      listing.byteLimit = limit
      try show(listing.text)
    }
    let access = source.access
    if limit > 64 && access.host.isLive && !access.isRaw && inventory.hasHeadersOnly {
      warn("only the first 64 bytes of each function can be read: run it as root for the rest")
    }
    try inventory.report(functions)
  }
}
