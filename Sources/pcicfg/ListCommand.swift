import ArgumentParser
import HostPCI
import HostReports
import PCIConfig
import ToolSupport

/// `pcicfg list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    _superCommandName: "pcicfg",
    abstract: "Lists PCI functions, with lspci's options and output.",
    usage: """
      pcicfg list [-n | -nn] [-Dkvx] [-t | -mm | --json] [-s <slot>] [-d <id>]
                  [-i <file>] [--access <mode> | --policy <name>]
                  [-F <file> | --root <dir>]
      """,
    discussion: """
      It accepts lspci's options, also combined (-nnk, -nv, -tvnn, -vmm), and prints the same \
      lines. What the kernel knows is taken from there; registers are read only for what it does \
      not provide, and for -v and -x. Without root the kernel returns only the first 64 bytes, \
      which hold no capabilities.

      -v names every capability and shows its bytes, at most 64 if no specification defines its \
      length. Power management, MSI, MSI-X, Express, error reporting, virtio and short \
      capabilities are decoded. After the header only registers of capabilities are read. \
      [virtual] marks an address that the kernel has and the register does not. Repeating -v has \
      no effect.

      -t with -s or -d also shows the bridges above the selected functions, and everything below \
      them.

      With --access the header of each function is read in that mode, and the list shows what it \
      returns; see 'pcicfg read --help'.

      Names come from pci.ids; without that file numbers are shown.

      Exit status: 0 listed, also if a pattern of -s or -d matches no function; 1 a function or a \
      part of the input could not be read; 2 the function that -s names (bus:device.function) does \
      not exist, nothing to list, or the mode is refused; 64 wrong usage.

      Examples:
        pcicfg list -nnk
        pcicfg list -D -s 0000:00:1f
        pcicfg list -d 1af4: -v
        pcicfg list -tv
        sudo pcicfg list --access ecam
        pcicfg list -F lspci.log -nn
        pcicfg list --root /tmp/machine --json | jq '.functions[].driver'
      """)

  @Flag(
    name: Letter.numbers.name, help: "Show numbers instead of names; -nn: both.")
  var numbers: Int

  @Flag(name: Letter.segments.name, help: "Show the segment (domain) of every function.")
  var segments = false

  @Flag(
    name: Letter.driver.name,
    help: "Show the driver of each function, and the modules that claim it.")
  var driver = false

  @Flag(name: Letter.verbose.name, help: "Show headers, base addresses and capabilities.")
  var verbose: Int

  @Flag(name: Letter.tree.name, help: "Show the buses and bridges as a tree.")
  var tree = false

  @Flag(
    name: Letter.machineReadable.name,
    help: "Write machine-readable lines: -mm, or one field per line: -vmm.")
  var machineReadable: Int

  @Flag(
    name: Letter.registers.name,
    help: "Show the registers: -x of the header, -xxx 256 bytes, -xxxx all.")
  var hexadecimal: Int

  @Option(
    name: Letter.nameFile.name,
    help: ArgumentHelp("Take names from this file instead of pci.ids.", valueName: "file"),
    completion: .file())
  var nameFile: String?

  @Flag(help: "Write JSON (schema pcicfg.list, version 1).")
  var json = false

  @OptionGroup var options: InventoryOptions

  @OptionGroup var functions: FunctionOptions

  func validate() throws {
    if json && (tree || machineReadable > 0 || hexadecimal > 0) {
      throw ValidationError("--json excludes -t, -m and -x")
    }
    if tree && (machineReadable > 0 || hexadecimal > 0) {
      throw ValidationError("-t excludes -m and -x")
    }
  }

  func run() throws {
    let selection = try functions.selection()
    let inventory = try options.source().inventory(
      tree ? .all : selection, details, byteLimit: byteLimit(hexadecimal) ?? 4096)
    var listing = Listing(inventory)
    listing.naming = try naming()
    listing.alwaysShowsSegment = segments
    listing.showsDriver = driver
    listing.isVerbose = verbose > 0
    listing.tagsSlotAsDevice = machineReadable == 1
    listing.byteLimit = byteLimit(hexadecimal)
    if json {
      try show(json: ListDocument(listing))
    } else if tree {
      try show(listing.tree(selection))
    } else {
      try show(machineReadable > 0 ? listing.machineText : listing.text)
    }
    try inventory.report(functions)
  }

  private var details: Inventory.Details {
    var details: Inventory.Details = []
    if tree { return [.bridges] }
    if verbose > 0 || driver || json { details.formUnion([.subsystem, .driver, .modules]) }
    if machineReadable > 0 { details.insert(.subsystem) }
    if verbose > 0 || json { details.insert(.placement) }
    if verbose > 0 && machineReadable == 0 { details.formUnion([.capabilities, .assignments]) }
    if hexadecimal > 0 { details.insert(.registers) }
    return details
  }

  private func naming() throws(ToolError) -> Naming {
    // Of numbers alone only -v says more: what the programming interface is.
    guard numbers != 1 || verbose > 0, !tree || verbose > 0 else { return .numbers }
    let style: Naming.Style = numbers == 0 ? .names : numbers == 1 ? .numbers : .both
    guard let nameFile else {
      let database = NameFile.readUsual()
      if database == nil, style != .numbers {
        warn(
          "no names: neither \(NameFile.usualPaths.joined(separator: " nor ")) can be read")
      }
      return Naming(style, database: database)
    }
    switch NameFile.read(nameFile) {
    case .known(let database): return Naming(style, database: database)
    case .absent(let path): throw .cannotRun("-i \(path): there is no such file")
    case .failed(let failure): throw .cannotRun("-i \(failure): expected a file pci.ids")
    }
  }
}
