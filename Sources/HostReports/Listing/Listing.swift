import HostPCI
import PCIConfig

/// How an inventory is written: as lspci does it (lspci(8)).
public struct Listing: Sendable {
  /// The functions.
  public let inventory: Inventory
  /// Numbers or names.
  public var naming = Naming.numbers
  /// Whether the segment stands in front of every address: lspci's `-D`.
  public var alwaysShowsSegment = false
  /// Whether drivers and modules are shown: lspci's `-k`.
  public var showsDriver = false
  /// Whether headers and capabilities are shown: lspci's `-v`.
  public var isVerbose = false
  /// Whether the address of a function is tagged `Device`, as the function itself is, instead of
  /// `Slot`: lspci's `-vm`.
  public var tagsSlotAsDevice = false
  /// How many bytes of each function are shown; `nil` for none.
  public var byteLimit: Int?

  /// Creates a listing.
  ///
  /// - Parameter inventory: The functions.
  public init(_ inventory: Inventory) { self.inventory = inventory }

  /// A line for each function, and what else is asked for.
  public var text: String {
    var text = ""
    for function in inventory.functions {
      text += heading(function) + "\n"
      if isVerbose || showsDriver, let subsystem = function.subsystem {
        text += "\tSubsystem: \(naming.subsystemText(subsystem, on: function))\n"
      }
      if isVerbose { text += FunctionDetails(function).text }
      if isVerbose || showsDriver, let driver = function.driver {
        text += "\tKernel driver in use: \(driver)\n"
      }
      if isVerbose || showsDriver, !function.modules.isEmpty {
        text += "\tKernel modules: \(function.modules.joined(separator: ", "))\n"
      }
      if let byteLimit { text += function.hexDump(limit: byteLimit) }
      if isVerbose || byteLimit != nil { text += "\n" }
    }
    return text
  }

  /// A line for each function that programs split, or with ``isVerbose`` a line for each of its
  /// parts: lspci's `-mm` and `-vmm`.
  public var machineText: String {
    var text = ""
    for function in inventory.functions {
      text += isVerbose ? record(function) : quotedLine(function)
      if let byteLimit { text += function.hexDump(limit: byteLimit) }
      if isVerbose || byteLimit != nil { text += "\n" }
    }
    return text
  }

  private func heading(_ function: ListedFunction) -> String {
    var line =
      slot(function, showsSegment: alwaysShowsSegment || inventory.hasSegments)
      + " \(naming.classText(function.classCode)): \(naming.functionText(function))"
    if let revision = function.revisionID, revision != 0 {
      line += " (rev \(hexadecimal(revision, digits: 2)))"
    }
    guard isVerbose else { return line }
    let name = naming.interfaceName(function.classCode)
    if function.classCode.interface != 0 || name != nil {
      line += " (prog-if \(hexadecimal(function.classCode.interface, digits: 2))"
      line += (name.map { " [\($0)]" } ?? "") + ")"
    }
    return line
  }

  private func slot(_ function: ListedFunction, showsSegment: Bool) -> String {
    let text = function.address.description
    guard !showsSegment, let colon = text.firstIndex(of: ":") else { return text }
    return String(text[text.index(after: colon)...])
  }

  private func quotedLine(_ function: ListedFunction) -> String {
    var parts = [
      slot(function, showsSegment: alwaysShowsSegment || function.address.segment != 0),
      quoted(naming.classText(function.classCode)), quoted(naming.vendorText(function.vendorID)),
      quoted(naming.deviceText(function.deviceID, of: function.vendorID)),
    ]
    if let revision = function.revisionID, revision != 0 {
      parts.append("-r" + hexadecimal(revision, digits: 2))
    }
    parts.append("-p" + hexadecimal(function.classCode.interface, digits: 2))
    if let subsystem = function.subsystem {
      parts.append(quoted(naming.vendorText(subsystem.vendorID, unknown: "Unknown vendor")))
      parts.append(quoted(naming.boardText(subsystem, on: function)))
    } else {
      parts += ["\"\"", "\"\""]
    }
    return parts.joined(separator: " ") + "\n"
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }

  private func record(_ function: ListedFunction) -> String {
    var text = tagsSlotAsDevice ? "Device:\t" : "Slot:\t"
    text += slot(function, showsSegment: alwaysShowsSegment || function.address.segment != 0)
    text += "\nClass:\t\(naming.classText(function.classCode))"
    text += "\nVendor:\t\(naming.vendorText(function.vendorID))"
    text += "\nDevice:\t\(naming.deviceText(function.deviceID, of: function.vendorID))"
    if let subsystem = function.subsystem {
      text += "\nSVendor:\t"
      text += naming.vendorText(subsystem.vendorID, unknown: "Unknown vendor")
      text += "\nSDevice:\t\(naming.boardText(subsystem, on: function))"
    }
    if let revision = function.revisionID, revision != 0 {
      text += "\nRev:\t" + hexadecimal(revision, digits: 2)
    }
    text += "\nProgIf:\t" + hexadecimal(function.classCode.interface, digits: 2)
    if showsDriver {
      if let driver = function.driver { text += "\nDriver:\t\(driver)" }
      text += function.modules.map { "\nModule:\t\($0)" }.joined()
    }
    if let node = function.numaNode { text += "\nNUMANode:\t\(node)" }
    if let group = function.iommuGroup { text += "\nIOMMUGroup:\t\(group)" }
    return text + "\n"
  }
}

extension ListedFunction {
  /// The registers in lines of 16 bytes. A header has 64, that of a CardBus bridge 128.
  func hexDump(limit: Int) -> String {
    guard let image else { return "" }
    let isCardBus = limit == 64 && header?.layout == .cardBus
    return image.hexDump(limit: isCardBus ? 128 : limit)
  }
}
