import LinuxHost
import PCIConfig

/// The functions of a machine or of a dump.
public struct Inventory: Sendable {
  /// What is read of each function beside what it is.
  public struct Details: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Creates a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The board.
    public static let subsystem = Details(rawValue: 1)
    /// The driver.
    public static let driver = Details(rawValue: 2)
    /// What the kernel assigned: interrupt and ranges of addresses.
    public static let assignments = Details(rawValue: 4)
    /// The headers of bridges.
    public static let bridges = Details(rawValue: 8)
    /// The registers from the first on, as many as can be read and are asked for.
    public static let registers = Details(rawValue: 16)
    /// The node of memory that is near, and the group of the IOMMU.
    public static let placement = Details(rawValue: 32)
    /// The modules of the kernel that claim it.
    public static let modules = Details(rawValue: 64)
    /// The header, and of the registers behind it those of capabilities alone.
    public static let capabilities = Details(rawValue: 128)
    /// All of them, with all registers.
    public static let all: Details = [
      .subsystem, .driver, .assignments, .bridges, .registers, .placement, .modules,
    ]
  }

  /// The functions, ascending.
  public let functions: [ListedFunction]
  /// Whether there is a function, listed or not, in another segment than 0.
  public let hasSegments: Bool
  /// What could not be listed or read, a sentence each.
  public let failures: [String]
  /// The functions that are there and not listed, as nothing tells what they are, ascending.
  let unidentified: [FunctionAddress]

  /// Takes the functions of a dump.
  ///
  /// - Parameters:
  ///   - dump: The dump.
  ///   - selection: Which functions are meant.
  public init(of dump: ConfigurationDump, _ selection: FunctionSelection = .all) {
    functions = dump.functions.map { ListedFunction($0.address, $0.image) }
      .filter { selection.contains($0) }
      .sorted { $0.address < $1.address }
    hasSegments =
      dump.functions.contains { $0.address.segment != 0 }
      || dump.functionsWithoutRegisters.contains { $0.segment != 0 }
    failures = dump.omissions
    unidentified = dump.functionsWithoutRegisters
  }

  /// Asks a machine's kernel for its functions.
  ///
  /// What the kernel knows of a function is taken from there; registers are read only for what it
  /// does not tell.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - selection: Which functions are meant.
  ///   - details: What is read of each.
  /// - Throws: ``InventoryUnavailable`` where the machine shows no PCI functions at all.
  public init(
    of host: Host, _ selection: FunctionSelection = .all, details: Details = []
  ) throws(InventoryUnavailable) {
    try self.init(of: HostAccess(host), selection, details: details)
  }

  /// Lists a machine's functions in a mode of access.
  ///
  /// Through sysfs registers are read only for what the kernel does not tell; in other modes the
  /// header of each function is read, so that what is listed is what the mode shows.
  ///
  /// - Parameters:
  ///   - access: The machine, and the mode.
  ///   - selection: Which functions are meant.
  ///   - details: What is read of each.
  ///   - byteLimit: How many bytes are read where ``Details/registers`` are asked for, a multiple of
  ///     4 from 64 on; of a CardBus bridge, whose header has them, at least 128.
  /// - Throws: ``InventoryUnavailable`` where the machine shows no PCI functions at all.
  public init(
    of access: HostAccess, _ selection: FunctionSelection = .all, details: Details = [],
    byteLimit: Int = 4096
  ) throws(InventoryUnavailable) {
    let list = try access.functions()
    let aliases = details.contains(.modules) ? ModuleAliases(access.host) : nil
    var functions: [ListedFunction] = []
    var failures: [String] = []
    var unidentified: [FunctionAddress] = []
    for address in list.addresses where selection.contains(address) {
      let reader = FunctionReader(access, address, list.procfs, byteLimit: byteLimit)
      do {
        let reading = try reader.read(details, where: { selection.contains($0) })
        guard var function = reading?.function else { continue }
        if let aliases { function.modules = reader.modules(aliases) }
        functions.append(function)
        if let unread = reading?.unread { failures.append("\(address): \(unread.line)") }
      } catch {
        unidentified.append(address)
        failures.append("\(address): \(error.line)")
      }
    }
    self.functions = functions.sorted { $0.address < $1.address }
    hasSegments = list.addresses.contains { $0.segment != 0 }
    self.failures = failures + list.failures
    self.unidentified = unidentified.sorted()
  }
}

extension Inventory {
  /// Returns whether a selected function exists, identified or not.
  public func contains(_ selection: FunctionSelection) -> Bool {
    functions.contains { selection.contains($0) }
      || unidentified.contains { selection.contains($0) }
  }

  /// Whether of no function more than the header could be read.
  public var hasHeadersOnly: Bool {
    let counts = functions.compactMap { $0.image?.bytes.count }.filter { $0 > 0 }
    return !counts.isEmpty && counts.allSatisfy { $0 <= 64 }
  }
}
