import HostPCI
import PCIConfig

/// An inventory as a document for programs. Numbers of registers are hexadecimal text.
public struct ListDocument: Encodable, Sendable {
  let schema = "pcicfg.list"
  let version = 1
  let functions: [Function]
  let failures: [String]

  /// Creates the document.
  ///
  /// - Parameter listing: The listing; where it is verbose, headers and capabilities are in it.
  public init(_ listing: Listing) {
    functions = listing.inventory.functions.map { Function($0, listing) }
    failures = listing.inventory.failures
  }

  /// A number and what it means, where that is known.
  struct Named: Encodable {
    let id: String
    let name: String?

    init(_ id: some BinaryInteger, digits: Int, _ name: String?) {
      self.id = "0x" + hexadecimal(id, digits: digits)
      self.name = name
    }
  }

  struct Board: Encodable {
    let vendor: Named
    let device: Named
  }

  struct Function: Encodable {
    let address: String
    /// The mode in which it was listed or, where its registers were read, in which those were:
    /// `sysfs`, `procfs`, `conf1` or `ecam`; missing for a dump.
    let access: String?
    let classCode: Named
    let interfaceName: String?
    let vendor: Named
    let device: Named
    let revision: String?
    let subsystem: Board?
    let driver: String?
    let modules: [String]?
    let numaNode: Int?
    let iommuGroup: String?
    let header: HeaderDocument?
    let capabilities: CapabilitiesDocument?

    init(_ function: ListedFunction, _ listing: Listing) {
      let naming = listing.naming
      let code = function.classCode
      address = function.address.description
      access = function.mode?.rawValue
      classCode = Named(
        UInt32(code.base) << 16 | UInt32(code.sub) << 8 | UInt32(code.interface), digits: 6,
        naming.className(code))
      interfaceName = naming.interfaceName(code)
      vendor = Named(function.vendorID, digits: 4, naming.vendorName(function.vendorID))
      device = Named(
        function.deviceID, digits: 4, naming.deviceName(function.deviceID, of: function.vendorID))
      revision = function.revisionID.map { "0x" + hexadecimal($0, digits: 2) }
      subsystem = function.subsystem.map { board in
        Board(
          vendor: Named(board.vendorID, digits: 4, naming.vendorName(board.vendorID)),
          device: Named(board.id, digits: 4, naming.subsystemName(board, on: function)))
      }
      driver = function.driver
      modules = function.modules.isEmpty ? nil : function.modules
      numaNode = function.numaNode
      iommuGroup = function.iommuGroup
      let header = listing.isVerbose ? function.header : nil
      self.header = header.map { HeaderDocument($0, function) }
      capabilities =
        if let header, let registers = function.registers {
          CapabilitiesDocument(FunctionCapabilities(registers, header))
        } else { nil }
    }
  }
}
