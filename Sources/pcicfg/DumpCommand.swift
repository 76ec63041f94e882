import ArgumentParser
import HostPCI
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
                  [--access <mode>] [-F <file> | --root <dir>]
      """,
    discussion: """
      It writes all registers that can be read, or reads and writes as many as lspci: -x the \
      header, -xxx 256 bytes, -xxxx 4096. Without root the kernel lets only the first 64 bytes be read. --access \
      takes one mode alone, see 'pcicfg read --help'; conf1 reaches 256 bytes.

      With -F it reads such text from any machine, also a whole log of 'lspci -vvvxxxx', and \
      writes what it found there. Registers behind a missing line are left out, and so is a \
      second dump in the log that differs from the first: it says at which line.

      Exit status: 0 written, also where -s and -d mean no function; 1 a function or a part of what \
      was given could not be read; 2 nothing to look at or the mode is refused; 64 wrong usage.

      Examples:
        sudo pcicfg dump > machine.txt; lspci -vvv -F machine.txt
        pcicfg dump -F report.log -s 00:1f.3
        sudo pcicfg dump --access ecam -s 01:00.0
        pcicfg dump -x --json | jq -r '.functions[0].registers'
      """)

  static let letters = LetterCluster(flags: "x", options: "sdF")

  @Flag(
    name: .customShort("x"), help: "Write less: -x the header, -xxx 256 bytes, -xxxx all.")
  var hexadecimal: Int

  @Flag(help: "Write JSON (schema pcicfg.dump, version 1).")
  var json = false

  @OptionGroup var options: InventoryOptions

  func run() throws {
    let limit = byteLimit(hexadecimal) ?? 4096
    let query = options.query
    let inventory = try query.inventory(
      try query.selection(), .registers, through: try query.access(), byteLimit: limit)
    if json {
      try show(json: DumpDocument(inventory, byteLimit: limit))
    } else {
      var listing = Listing(inventory)
      listing.alwaysShowsSegment = true
      listing.byteLimit = limit
      try show(listing.text)
    }
    if limit > 64 && query.file == nil && inventory.hasHeadersOnly {
      warn("only the first 64 bytes of each function can be read: more takes root")
    }
    try query.report(inventory)
  }
}
