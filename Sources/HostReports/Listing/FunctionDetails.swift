import HostPCI
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
      lines.append(
        registers.bytes.isEmpty ? "!!! No registers could be read" : "!!! No header: \(error)")
    }
  }

  /// The lines, each with a tab before it.
  var text: String { lines.map { "\t\($0)\n" }.joined() }

  private mutating func add(_ header: Header) {
    if case .undefined(let layout) = header.layout {
      lines.append("!!! Unknown header type \(hexadecimal(layout, digits: 2))")
      return
    }
    if !header.classFitsLayout, let type = registers.byte(at: 0x0E) {
      let code = header.classCode
      lines.append(
        "!!! Invalid class \(hexadecimal(code.base, digits: 2))\(hexadecimal(code.sub, digits: 2)) "
          + "for header type \(hexadecimal(type & 0x7F, digits: 2))")
    }
    addControl(header)
    lines += function.baseAddresses(header).map { $0.text(header.command) }
    if let bridge = header.bridge { lines += bridge.text(registers) }
    if header.layout == .cardBus, let bridge = try? CardBusHeader(registers) {
      lines += bridge.text(header.command, legacyBase: registers.word(at: 0x44))
    }
    if let rom = function.expansionROM(header) { lines.append(rom.text(header.command)) }
    if let bridge = header.bridge { lines += bridge.controlText }
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
        + " DEVSEL=\(deviceSelectTiming(header.status)) "
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
}
