import HostPCI
import PCIConfig

/// A header as a document.
struct HeaderDocument: Encodable {
  struct BaseAddress: Encodable {
    let register: String
    let kind: String
    let address: String
    let size: UInt64?
    let isPrefetchable: Bool
    /// Where ``address`` comes from: `register`, or `kernel` where the register holds none.
    let source: String
  }

  struct Window: Encodable {
    let base: String
    let limit: String
    let isOpen: Bool
    /// The registers, where they name no type of range: the addresses then mean nothing.
    let undefinedTypes: UndefinedTypes?
  }

  struct UndefinedTypes: Encodable {
    let base: String
    let limit: String
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

  struct CardBus: Encodable {
    let primaryBus: UInt8
    let secondaryBus: UInt8
    let subordinateBus: UInt8
    let memory: [Window]
    let ports: [Window]
    let control: String
    /// The register 0x44; missing where it was not read.
    let legacyModeBase: String?
  }

  let layout: String
  /// Whether the class code and the layout belong together.
  let classFitsLayout: Bool
  let isMultiFunction: Bool
  let command: String
  let status: String
  let interruptPin: UInt8
  let interruptLine: UInt8
  let baseAddresses: [BaseAddress]
  let expansionROM: BaseAddress?
  let bridge: Bridge?
  let cardBus: CardBus?

  init(_ header: Header, _ function: ListedFunction) {
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
    classFitsLayout = header.classFitsLayout
    baseAddresses = function.baseAddresses(header).map(BaseAddress.init)
    expansionROM = function.expansionROM(header).map(BaseAddress.init)
    bridge = header.bridge.map { bridge in
      Bridge(
        primaryBus: bridge.primaryBus, secondaryBus: bridge.secondaryBus,
        subordinateBus: bridge.subordinateBus, ports: Window(bridge.ports),
        memory: Window(bridge.memory), prefetchable: Window(bridge.prefetchable),
        control: "0x" + hexadecimal(bridge.control, digits: 4))
    }
    cardBus =
      if header.layout == .cardBus, let registers = function.registers {
        CardBus(registers)
      } else { nil }
  }
}

extension HeaderDocument.BaseAddress {
  fileprivate init(_ base: ListedBaseAddress) {
    register = "\(base.register)"
    kind = base.kind.word
    address =
      "0x" + hexadecimal(base.source == .kernel ? base.address : base.registerAddress, digits: 1)
    size = base.size
    isPrefetchable = base.kind.isPrefetchable
    source = base.source.rawValue
  }
}

extension HeaderDocument.CardBus {
  fileprivate init?(_ registers: ConfigurationImage) {
    guard let header = try? CardBusHeader(registers) else { return nil }
    primaryBus = header.primaryBus
    secondaryBus = header.secondaryBus
    subordinateBus = header.subordinateBus
    memory = header.memory.map(HeaderDocument.Window.init)
    ports = header.ports.map(HeaderDocument.Window.init)
    control = "0x" + hexadecimal(header.control, digits: 4)
    legacyModeBase = registers.word(at: 0x44).map { "0x" + hexadecimal($0, digits: 4) }
  }
}

extension HeaderDocument.Window {
  fileprivate init(_ window: BridgeWindow) {
    base = "0x" + hexadecimal(window.base, digits: 1)
    limit = "0x" + hexadecimal(window.limit, digits: 1)
    isOpen = window.addresses != nil
    undefinedTypes = window.undefinedTypes.map {
      HeaderDocument.UndefinedTypes(
        base: "0x" + hexadecimal($0.base, digits: 1), limit: "0x" + hexadecimal($0.limit, digits: 1)
      )
    }
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
