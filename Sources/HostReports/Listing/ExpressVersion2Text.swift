import PCIConfig

/// The registers that version 2 of the Express capability added, in lspci's words (PCI Express Base
/// Specification 6.0, 7.5.3.15 to 7.5.3.20).
struct ExpressVersion2Text {
  private let kind: ExpressCapability.Kind
  private let hasMemory: Bool
  private let registers: ExpressCapability.Version2

  /// Takes the registers.
  ///
  /// - Parameters:
  ///   - registers: The registers.
  ///   - kind: What kind of function it is.
  ///   - hasMemory: Whether the function has a base address register for memory.
  init(
    _ registers: ExpressCapability.Version2, of kind: ExpressCapability.Kind, hasMemory: Bool
  ) {
    self.kind = kind
    self.hasMemory = hasMemory
    self.registers = registers
  }

  /// The lines, not indented.
  var lines: [String] { deviceCapabilities + deviceControl + (registers.link.map(link) ?? []) }

  private var isEndpoint: Bool { kind == .endpoint || kind == .legacyEndpoint }

  private var forwardsARI: Bool { kind == .rootPort || kind == .downstreamPort }

  private var deviceCapabilities: [String] {
    let can = registers.device.capabilities
    let ranges = zip(["A", "B", "C", "D"], 0...).compactMap { can >> $1 & 1 == 1 ? $0 : nil }
    let timeout = ranges.isEmpty ? "Not Supported" : "Range " + ranges.joined()
    let obff = ["Not Supported", "Via message", "Via WAKE#", "Via message/WAKE#"]
    var second =
      "\t " + flagText(can, ["10BitTagComp": 16, "10BitTagReq": 17])
      + " OBFF \(obff[Int(can >> 18 & 3)]), " + flagText(can, ["ExtFmt": 20, "EETLPPrefix": 21])
    if can >> 21 & 1 == 1 {
      let count = can >> 22 & 3
      second += ", MaxEETLPPrefixes \(count == 0 ? 4 : count)"
    }
    let reduction = [
      "Not Supported", "Device Specific", "Form Factor or Device Specific", "Reserved",
    ]
    var third = "\t " + flagText(can, ["FRS": 31])
    if kind == .rootPort {
      let size = ["Not Supported", "64byte cachelines", "128byte cachelines", "Reserved"]
      third += " LN System CLS \(size[Int(can >> 14 & 3)]),"
    }
    if kind == .rootPort || isEndpoint {
      third += " " + flagText(can, ["TPHComp": 12, "ExtTPHComp": 13])
    }
    if forwardsARI { third += " " + flagText(can, ["ARIFwd": 5]) }
    var lines = [
      "DevCap2: Completion Timeout: \(timeout), "
        + flagText(can, ["TimeoutDis": 4, "NROPrPrP": 10, "LTR": 11]),
      second,
      "\t EmergencyPowerReduction \(reduction[Int(can >> 24 & 3)]), "
        + flagText(can, ["EmergencyPowerReductionInit": 26]),
      third,
    ]
    var atomic = kind.isPort ? [flagText(can, ["Routing": 6])] : []
    if kind == .rootPort || hasMemory {
      atomic.append(flagText(can, ["32bit": 7, "64bit": 8, "128bitCAS": 9]))
    }
    if !atomic.isEmpty { lines.append("\t AtomicOpsCap: " + atomic.joined(separator: " ")) }
    return lines
  }

  private var deviceControl: [String] {
    let control = registers.device.control
    var first = "DevCtl2: Completion Timeout: \(Self.timeout(control)), "
    first += flagText(control, ["TimeoutDis": 4])
    if forwardsARI { first += " " + flagText(control, ["ARIFwd": 5]) }
    var atomic: [String] = []
    if isEndpoint || kind == .rootPort || kind == .integratedEndpoint {
      atomic.append(flagText(control, ["ReqEn": 6]))
    }
    if kind.isPort { atomic.append(flagText(control, ["EgressBlck": 7])) }
    let obff = ["Disabled", "Via message A", "Via message B", "Via WAKE#"]
    return [first]
      + (atomic.isEmpty ? [] : ["\t AtomicOpsCtl: " + atomic.joined(separator: " ")])
      + [
        "\t "
          + flagText(
            control, ["IDOReq": 8, "IDOCompl": 9, "LTR": 10, "EmergencyPowerReductionReq": 11]),
        "\t " + flagText(control, ["10BitTagReq": 12]) + " OBFF \(obff[Int(control >> 13 & 3)]), "
          + flagText(control, ["EETLPPrefixBlk": 15]),
      ]
  }

  /// The range of the completion timeout (7.5.3.16).
  private static func timeout(_ control: UInt16) -> String {
    switch control & 15 {
    case 0: "50us to 50ms"
    case 1: "50us to 100us"
    case 2: "1ms to 10ms"
    case 5: "16ms to 55ms"
    case 6: "65ms to 210ms"
    case 9: "260ms to 900ms"
    case 10: "1s to 3.5s"
    case 13: "4s to 13s"
    case 14: "17s to 64s"
    default: "Unknown"
    }
  }

  /// The link's registers. Of those that may be in function 0 alone, zero stands for none.
  private func link(_ link: ExpressCapability.Registers) -> [String] {
    var lines: [String] = []
    if link.capabilities != 0 { lines.append(Self.linkCapabilities(link.capabilities)) }
    if link.control != 0 { lines += linkControl(link.control) }
    return lines + Self.linkStatus(link)
  }

  private static func linkCapabilities(_ can: UInt32) -> String {
    let speeds = UInt32(1)...7
    let supported = speeds.filter { can >> $0 & 1 == 1 }
    var text = "LnkCap2: Supported Link Speeds: "
    if let least = supported.first, let greatest = supported.last,
      supported.count == Int(greatest - least) + 1
    {
      let last = ExpressCapability.speedText(greatest)
      text += least == greatest ? last : "\(ExpressCapability.speed(least) ?? "?")-\(last)"
    } else {
      let names = supported.map { ExpressCapability.speedText($0) }
      text += names.isEmpty ? "unknown" : names.joined(separator: ", ")
    }
    return text + ", " + flagText(can, ["Crosslink": 8, "Retimer": 23, "2Retimers": 24, "DRS": 31])
  }

  private func linkControl(_ control: UInt16) -> [String] {
    var first = "LnkCtl2: Target Link Speed: \(ExpressCapability.speedText(UInt32(control & 15))), "
    first += flagText(control, ["EnterCompliance": 4, "SpeedDis": 5])
    if kind == .downstreamPort {
      first += ", Selectable De-emphasis: \(control >> 6 & 1 == 1 ? "-3.5dB" : "-6dB")"
    }
    let margin = control >> 7 & 7
    return [
      first,
      "\t Transmit Margin: \(margin == 0 ? "Normal Operating Range" : "\(margin)"), "
        + flagText(control, ["EnterModifiedCompliance": 10, "ComplianceSOS": 11]),
      "\t Compliance Preset/De-emphasis: \(Self.preset(control >> 12))",
    ]
  }

  /// A preset of the transmitter (8.3.3.3).
  private static func preset(_ number: UInt16) -> String {
    let presets = [
      ("-6", "0"), ("-3.5", "0"), ("-4.4", "0"), ("-2.5", "0"), ("0", "0"), ("0", "1.9"),
      ("0", "2.5"), ("-6", "3.5"), ("-3.5", "3.5"), ("0", "3.5"),
    ]
    guard number < presets.count else { return "preset \(number)" }
    let (deemphasis, preshoot) = presets[Int(number)]
    return "\(deemphasis)dB de-emphasis, \(preshoot)dB preshoot"
  }

  private static func linkStatus(_ link: ExpressCapability.Registers) -> [String] {
    let status = link.status
    let crosslink = ["unsupported", "Upstream Port", "Downstream Port", "incomplete"]
    var lines = [
      "LnkSta2: Current De-emphasis Level: \(status & 1 == 1 ? "-3.5dB" : "-6dB"), "
        + flagText(status, ["EqualizationComplete": 1, "EqualizationPhase1": 2]),
      "\t "
        + flagText(
          status,
          ["EqualizationPhase2": 3, "EqualizationPhase3": 4, "LinkEqualizationRequest": 5]),
      "\t " + flagText(status, ["Retimer": 6, "2Retimers": 7])
        + " CrosslinkRes: \(crosslink[Int(status >> 8 & 3)]), " + flagText(status, ["FltMode": 10]),
    ]
    if link.capabilities >> 31 == 1 {
      let components = [
        "Link Down - Presence Not Determined", "Link Down - Not Present", "Link Down - Present",
        "Reserved", "Link Up - Present", "Link Up - Present and DRS Received", "Reserved",
        "Reserved",
      ]
      lines.append(
        "\t DownstreamComp: \(components[Int(status >> 12 & 7)]), " + flagText(status, ["DRS": 15]))
    }
    return lines
  }
}
