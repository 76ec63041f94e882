import PCIConfig

extension ExpressCapability {
  /// The values in lspci's words.
  ///
  /// - Parameters:
  ///   - version2: The registers that version 2 added; `nil` where there are none.
  ///   - hasMemory: Whether the function has a base address register for memory.
  func text(with version2: ExpressCapability.Version2?, hasMemory: Bool) -> [String] {
    var lines = ["Express (v\(version)) \(title), IntMsgNum \(interruptMessage)\(flitMode)"]
    lines += deviceText
    if let link { lines += linkText(link) }
    if let slot { lines += Self.slotText(slot) }
    if let root { lines += root.text }
    if let version2 {
      lines += ExpressVersion2Text(version2, of: kind, hasMemory: hasMemory).lines
    }
    return lines
  }

  /// The kind of function in lspci's words, with whether there is a slot.
  private var title: String {
    let slot = flags >> 8 & 1 == 1 ? " (Slot+)" : " (Slot-)"
    return switch kind {
    case .endpoint: "Endpoint"
    case .legacyEndpoint: "Legacy Endpoint"
    case .rootPort: "Root Port" + slot
    case .upstreamPort: "Upstream Port"
    case .downstreamPort: "Downstream Port" + slot
    case .bridgeToPCI: "PCI-Express to PCI/PCI-X Bridge"
    case .bridgeFromPCI: "PCI/PCI-X to PCI-Express Bridge" + slot
    case .integratedEndpoint: "Root Complex Integrated Endpoint"
    case .eventCollector: "Root Complex Event Collector"
    case .undefined(let number): "Unknown type \(number)"
    }
  }

  private var flitMode: String { flags >> 15 == 1 ? ", FLIT Mode Supported" : "" }

  private var deviceText: [String] {
    let can = device.capabilities
    let isEndpoint = kind == .endpoint || kind == .legacyEndpoint
    let hasFunctionReset = isEndpoint || kind == .integratedEndpoint
    var first = "DevCap:\tMaxPayload \(128 << (can & 7)) bytes, "
    first += "PhantFunc \((1 << (can >> 3 & 3)) - 1)"
    if isEndpoint {
      first += ", Latency L0s \(Self.latencyL0s(can >> 6)), L1 \(Self.latencyL1(can >> 9))"
    }
    var second = "\t" + flagText(can, ["ExtTag": 5])
    if isEndpoint || kind == .upstreamPort || kind == .bridgeToPCI {
      second += " " + flagText(can, ["AttnBtn": 12, "AttnInd": 13, "PwrInd": 14])
    }
    second += " " + flagText(can, ["RBE": 15])
    if hasFunctionReset { second += " " + flagText(can, ["FLReset": 28]) }
    if kind == .endpoint || kind == .upstreamPort || kind == .bridgeToPCI {
      second += " SlotPowerLimit " + Self.power(can >> 18 & 0xFF, scale: can >> 26 & 3)
    }
    second += " " + flagText(can, ["TEE-IO": 30])
    var control =
      "\t"
      + flagText(
        device.control, ["RlxdOrd": 4, "ExtTag": 8, "PhantFunc": 9, "AuxPwr": 10, "NoSnoop": 11])
    // In a bridge to PCI and in a function that can be reset, bit 15 differs in meaning (7.5.3.4).
    if kind == .bridgeToPCI { control += " " + flagText(device.control, ["BrConfRtry": 15]) }
    if hasFunctionReset && can >> 28 & 1 == 1 {
      control += " " + flagText(device.control, ["FLReset": 15])
    }
    return [
      first, second,
      "DevCtl:\t"
        + flagText(
          device.control, ["CorrErr": 0, "NonFatalErr": 1, "FatalErr": 2, "UnsupReq": 3]),
      control,
      "\tMaxPayload \(128 << (device.control >> 5 & 7)) bytes, "
        + "MaxReadReq \(128 << (Int(device.control) >> 12 & 7)) bytes",
      "DevSta:\t"
        + flagText(
          device.status,
          [
            "CorrErr": 0, "NonFatalErr": 1, "FatalErr": 2, "UnsupReq": 3, "AuxPwr": 4,
            "TransPend": 5,
          ]),
    ]
  }

  private func linkText(_ link: Registers) -> [String] {
    let can = link.capabilities
    let states = can >> 10 & 3
    let width = can >> 4 & 63
    var first = "LnkCap:\tPort #\(can >> 24), Speed \(Self.speedText(can)), Width x\(width), ASPM "
    first += ["not supported", "L0s", "L1", "L0s L1"][Int(states)]
    var latencies: [String] = []
    if states & 1 == 1 { latencies.append("L0s \(Self.latencyL0s(can >> 12))") }
    if states & 2 == 2 { latencies.append("L1 \(Self.latencyL1(can >> 15))") }
    if !latencies.isEmpty { first += ", Exit Latency " + latencies.joined(separator: ", ") }
    var control = "LnkCtl:\tASPM "
    control += ["Disabled", "L0s Enabled", "L1 Enabled", "L0s L1 Enabled"][Int(link.control & 3)]
    control += "; "
    switch kind {
    case .rootPort, .endpoint, .legacyEndpoint, .bridgeToPCI:
      control += "RCB \(link.control >> 3 & 1 == 1 ? 128 : 64) bytes, "
    default: break
    }
    let speedNow = UInt32(link.status & 15)
    let widthNow = UInt32(link.status >> 4 & 63)
    return [
      first,
      "\t"
        + flagText(
          can, ["ClockPM": 18, "Surprise": 19, "LLActRep": 20, "BwNot": 21, "ASPMOptComp": 22]),
      control + flagText(link.control, ["LnkDisable": 4, "CommClk": 6]),
      "\t"
        + flagText(
          link.control,
          [
            "ExtSynch": 7, "ClockPM": 8, "AutWidDis": 9, "BWInt": 10, "AutBWInt": 11,
            "FltModeDis": 13,
          ]),
      "LnkSta:\tSpeed \(Self.speedText(speedNow))\(comparison(speedNow, can & 15)), "
        + "Width x\(widthNow)\(comparison(widthNow, width))",
      "\t"
        + flagText(
          link.status,
          ["TrErr": 10, "Train": 11, "SlotClk": 12, "DLActive": 13, "BWMgmt": 14, "ABWMgmt": 15]),
    ]
  }

  /// A value of the link beside what it could be; behind a port there may be less.
  private func comparison(_ value: UInt32, _ capable: UInt32) -> String {
    if value > capable { return " (overdriven)" }
    return value == capable || kind.mayHaveSlot ? "" : " (downgraded)"
  }

  private static func slotText(_ slot: Registers) -> [String] {
    let can = slot.capabilities
    let indicators = ["Unknown", "On", "Blink", "Off"]
    return [
      "SltCap:\t"
        + flagText(
          can,
          [
            "AttnBtn": 0, "PwrCtrl": 1, "MRL": 2, "AttnInd": 3, "PwrInd": 4, "HotPlug": 6,
            "Surprise": 5,
          ]),
      "\tSlot #\(can >> 19), PowerLimit \(power(can >> 7 & 0xFF, scale: can >> 15 & 3)); "
        + flagText(can, ["Interlock": 17, "NoCompl": 18]),
      "SltCtl:\tEnable: "
        + flagText(
          slot.control,
          [
            "AttnBtn": 0, "PwrFlt": 1, "MRL": 2, "PresDet": 3, "CmdCplt": 4, "HPIrq": 5,
            "LinkChg": 12,
          ]),
      "\tControl: AttnInd \(indicators[Int(slot.control >> 6 & 3)]), "
        + "PwrInd \(indicators[Int(slot.control >> 8 & 3)]), "
        + flagText(slot.control, ["Power": 10, "Interlock": 11]),
      "SltSta:\tStatus: "
        + flagText(
          slot.status,
          ["AttnBtn": 0, "PowerFlt": 1, "MRL": 5, "CmdCplt": 4, "PresDet": 6, "Interlock": 7]),
      "\tChanged: " + flagText(slot.status, ["MRL": 2, "PresDet": 3, "LinkState": 8]),
    ]
  }

  /// A link's speed in GT/s, without the unit; `nil` for a number that version 6.0 does not define.
  static func speed(_ value: UInt32) -> String? {
    let speeds = ["2.5", "5", "8", "16", "32", "64"]
    let index = Int(value & 15) - 1
    return speeds.indices.contains(index) ? speeds[index] : nil
  }

  /// A link's speed with its unit.
  static func speedText(_ value: UInt32) -> String { speed(value).map { $0 + "GT/s" } ?? "unknown" }

  private static func latencyL0s(_ value: UInt32) -> String {
    ["<64ns", "<128ns", "<256ns", "<512ns", "<1us", "<2us", "<4us", "unlimited"][Int(value & 7)]
  }

  private static func latencyL1(_ value: UInt32) -> String {
    ["<1us", "<2us", "<4us", "<8us", "<16us", "<32us", "<64us", "unlimited"][Int(value & 7)]
  }

  /// A limit of power (7.5.3.9), in watts with up to three decimals.
  private static func power(_ value: UInt32, scale: UInt32) -> String {
    if scale == 0 && value == 0xFF { return ">600W" }
    if scale == 0 && value >= 0xF0 { return "\(250 + 25 * (value - 0xF0))W" }
    let unit: UInt32 = [1, 10, 100, 1000][Int(scale)]
    var text = String(value / unit)
    var rest = value % unit
    if rest > 0 { text += "." }
    var decimal = unit
    while rest > 0 {
      decimal /= 10
      text += String(rest / decimal)
      rest %= decimal
    }
    return text + "W"
  }
}

extension ExpressCapability.Root {
  fileprivate var text: [String] {
    [
      "RootCap: " + flagText(capabilities, ["CRSVisible": 0]),
      "RootCtl: "
        + flagText(
          control,
          [
            "ErrCorrectable": 0, "ErrNon-Fatal": 1, "ErrFatal": 2, "PMEIntEna": 3,
            "CRSVisible": 4,
          ]),
      "RootSta: PME ReqID \(hexadecimal(status & 0xFFFF, digits: 4)), "
        + flagText(status, ["PMEStatus": 16, "PMEPending": 17]),
    ]
  }
}
