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

/// A header as a document.
struct HeaderDocument: Encodable {
  struct BaseAddress: Encodable {
    let register: String
    let kind: String
    let address: String
    let size: UInt64?
    let isPrefetchable: Bool
  }

  struct Window: Encodable {
    let base: String
    let limit: String
    let isOpen: Bool
  }

  struct Bridge: Encodable {
    let primaryBus: UInt8
    let secondaryBus: UInt8
    let subordinateBus: UInt8
    let ports: Window
    let memory: Window
    let prefetchable: Window
    let control: String
  }

  let layout: String
  let isMultiFunction: Bool
  let command: String
  let status: String
  let interruptPin: UInt8
  let interruptLine: UInt8
  let baseAddresses: [BaseAddress]
  let expansionROM: BaseAddress?
  let bridge: Bridge?

  init(_ header: Header, _ function: ListedFunction) {
    func document(_ base: BaseAddressValue, range index: Int) -> BaseAddress {
      let range = index < function.ranges.count ? function.ranges[index] : nil
      return BaseAddress(
        register: "\(base.register)", kind: base.kind.word,
        address: "0x" + hexadecimal(base.address, digits: 1),
        size: range.flatMap { $0.size > 0 ? $0.size : nil },
        isPrefetchable: base.kind.isPrefetchable)
    }
    layout =
      switch header.layout {
      case .device: "device"
      case .bridge: "bridge"
      case .cardBus: "cardbus"
      case .undefined(let number): "undefined-\(number)"
      }
    isMultiFunction = header.isMultiFunction
    command = "0x" + hexadecimal(header.command, digits: 4)
    status = "0x" + hexadecimal(header.status, digits: 4)
    interruptPin = header.interruptPin
    interruptLine = header.interruptLine
    baseAddresses = header.baseAddresses.map {
      document($0, range: Int($0.register.offset - 0x10) / 4)
    }
    expansionROM = header.expansionROM.map { document($0, range: 6) }
    bridge = header.bridge.map { bridge in
      Bridge(
        primaryBus: bridge.primaryBus, secondaryBus: bridge.secondaryBus,
        subordinateBus: bridge.subordinateBus, ports: Window(bridge.ports),
        memory: Window(bridge.memory), prefetchable: Window(bridge.prefetchable),
        control: "0x" + hexadecimal(bridge.control, digits: 4))
    }
  }
}

extension HeaderDocument.Window {
  fileprivate init(_ window: BridgeWindow) {
    base = "0x" + hexadecimal(window.base, digits: 1)
    limit = "0x" + hexadecimal(window.limit, digits: 1)
    isOpen = window.addresses != nil
  }
}

extension BaseAddressValue.Kind {
  /// The kind in one word, for programs.
  fileprivate var word: String {
    switch self {
    case .io: "io"
    case .memory32: "memory32"
    case .memoryBelow1MiB: "memory-below-1mib"
    case .memory64: "memory64"
    case .reserved: "reserved"
    case .expansionROM: "expansion-rom"
    }
  }
}
