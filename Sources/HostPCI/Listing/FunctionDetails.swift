import PCIConfig

/// The header and the capabilities of a function in lspci's words, indented by a tab.
struct FunctionDetails {
  private let function: ListedFunction
  private let registers: ConfigurationImage
  private var lines: [String] = []

  /// Looks at a function.
  init(_ function: ListedFunction) {
    self.function = function
    registers = function.registers ?? ConfigurationImage([])
    do {
      let header = try Header(registers)
      add(header)
    } catch {
      lines.append("!!! No header: \(error)")
    }
  }

  /// The lines, each with a tab before it.
  var text: String { lines.map { "\t\($0)\n" }.joined() }

  private mutating func add(_ header: Header) {
    if case .undefined(let layout) = header.layout {
      lines.append("!!! Unknown header type \(hexadecimal(layout, digits: 2))")
      return
    }
    addControl(header)
    addBaseAddresses(header)
    if let bridge = header.bridge { addWindows(bridge) }
    addExpansionROM(header)
    if let bridge = header.bridge { addControl(of: bridge) }
    lines += CapabilityText(registers, header).lines
  }

  private mutating func addControl(_ header: Header) {
    lines.append(
      "Control: "
        + flagText(
          header.command,
          [
            "I/O": 0, "Mem": 1, "BusMaster": 2, "SpecCycle": 3, "MemWINV": 4, "VGASnoop": 5,
            "ParErr": 6, "Stepping": 7, "SERR": 8, "FastB2B": 9, "DisINTx": 10,
          ]))
    lines.append(
      "Status: "
        + flagText(
          header.status, ["Cap": 4, "66MHz": 5, "UDF": 6, "FastB2B": 7, "ParErr": 8])
        + " DEVSEL=\(Self.timing(header.status)) "
        + flagText(
          header.status,
          [">TAbort": 11, "<TAbort": 12, "<MAbort": 13, ">SERR": 14, "<PERR": 15, "INTx": 3]))
    if header.command >> 2 & 1 == 1 { lines.append(latency(header)) }
    let interrupt = function.interrupt ?? UInt32(header.interruptLine)
    if header.interruptPin != 0 || interrupt != 0 {
      let pin = header.interruptPin
      let letter = 1...4 ~= pin ? String(UnicodeScalar(UInt8(ascii: "A") + pin - 1)) : "?"
      lines.append("Interrupt: pin \(letter) routed to IRQ \(interrupt)")
    }
    if let node = function.numaNode { lines.append("NUMA node: \(node)") }
    if let group = function.iommuGroup { lines.append("IOMMU group: \(group)") }
  }

  /// How fast the device claims cycles (PCI Local Bus Specification 3.0, 6.2.3).
  private static func timing(_ status: UInt16) -> String {
    ["fast", "medium", "slow", "??"][Int(status >> 9 & 3)]
  }

  private func latency(_ header: Header) -> String {
    var text = "Latency: \(registers.byte(at: 0x0D) ?? 0)"
    if header.layout == .device {
      let grant: [(UInt16, String)] = [(0x3E, "min"), (0x3F, "max")]
      let limits = grant.compactMap { offset, name -> String? in
        guard let value = registers.byte(at: offset), value != 0 else { return nil }
        return "\(Int(value) * 250)ns \(name)"
      }
      if !limits.isEmpty { text += " (\(limits.joined(separator: ", ")))" }
    }
    if let line = registers.byte(at: 0x0C), line != 0 {
      text += ", Cache Line Size: \(Int(line) * 4) bytes"
    }
    return text
  }

  private mutating func addBaseAddresses(_ header: Header) {
    for base in header.baseAddresses {
      let index = Int(base.register.offset - 0x10) / 4
      let range = index < function.ranges.count ? function.ranges[index] : nil
      let address = range.map(\.start) ?? base.address
      let isAssigned = base.address != 0
      var text = "Region \(index): "
      let isEnabled: Bool
      switch base.kind {
      case .io:
        isEnabled = header.command & 1 == 1
        text += "I/O ports at "
        text +=
          address != 0 || isEnabled
          ? hexadecimal(address, digits: 4) : isAssigned ? "<ignored>" : "<unassigned>"
      default:
        isEnabled = header.command >> 1 & 1 == 1
        text += "Memory at "
        if base.lacksUpperHalf {
          text += "<invalid-64bit-slot>"
        } else {
          text +=
            address != 0
            ? hexadecimal(address, digits: 8) : isAssigned ? "<ignored>" : "<unassigned>"
        }
        text += " (\(base.kind.widthText), \(base.kind.isPrefetchable ? "" : "non-")prefetchable)"
      }
      if !isEnabled { text += " [disabled]" }
      if let range, range.size > 0 { text += " " + sizeText(range.size) }
      lines.append(text)
    }
  }

  private mutating func addExpansionROM(_ header: Header) {
    guard let rom = header.expansionROM, case .expansionROM(let isEnabled) = rom.kind else {
      return
    }
    let range = function.ranges.count > 6 ? function.ranges[6] : nil
    let address = range.map { $0.start & ~0x7FF } ?? rom.address
    var text = "Expansion ROM at "
    text +=
      address != 0
      ? hexadecimal(address, digits: 8) : rom.address != 0 ? "<ignored>" : "<unassigned>"
    if !isEnabled {
      text += " [disabled]"
    } else if header.command >> 1 & 1 == 0 {
      text += " [disabled by cmd]"
    }
    if let range, range.size > 0 { text += " " + sizeText(range.size) }
    lines.append(text)
  }

  private mutating func addWindows(_ bridge: BridgeHeader) {
    lines.append(
      "Bus: primary=\(hexadecimal(bridge.primaryBus, digits: 2)), "
        + "secondary=\(hexadecimal(bridge.secondaryBus, digits: 2)), "
        + "subordinate=\(hexadecimal(bridge.subordinateBus, digits: 2)), "
        + "sec-latency=\(registers.byte(at: 0x1B) ?? 0)")
    for (name, window) in [
      ("I/O", bridge.ports), ("Memory", bridge.memory),
      ("Prefetchable memory", bridge.prefetchable),
    ] {
      let digits = Int(window.addressBits) / 4
      lines.append(
        "\(name) behind bridge: \(hexadecimal(window.base, digits: digits))-"
          + hexadecimal(window.limit, digits: digits)
          + (window.addresses.map { " " + sizeText($0.upperBound - $0.lowerBound &+ 1) }
            ?? " [disabled]") + " [\(window.addressBits)-bit]")
    }
    let status = registers.word(at: 0x1E) ?? 0
    lines.append(
      "Secondary status: " + flagText(status, ["66MHz": 5, "FastB2B": 7, "ParErr": 8])
        + " DEVSEL=\(Self.timing(status)) "
        + flagText(
          status, [">TAbort": 11, "<TAbort": 12, "<MAbort": 13, "<SERR": 14, "<PERR": 15]))
  }

  private mutating func addControl(of bridge: BridgeHeader) {
    lines.append(
      "BridgeCtl: "
        + flagText(
          bridge.control,
          [
            "Parity": 0, "SERR": 1, "NoISA": 2, "VGA": 3, "VGA16": 4, "MAbort": 5, ">Reset": 6,
            "FastB2B": 7,
          ]))
    lines.append(
      "\t"
        + flagText(
          bridge.control,
          ["PriDiscTmr": 8, "SecDiscTmr": 9, "DiscTmrStat": 10, "DiscTmrSERREn": 11]))
  }
}

extension BaseAddressValue.Kind {
  fileprivate var widthText: String {
    switch self {
    case .memory32, .expansionROM: "32-bit"
    case .memory64: "64-bit"
    case .memoryBelow1MiB: "low-1M"
    case .reserved: "type 3"
    case .io: "16-bit"
    }
  }
}
