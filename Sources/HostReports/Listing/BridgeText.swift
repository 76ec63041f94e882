import PCIConfig

extension BridgeHeader {
  /// Buses, windows and secondary status in lspci's words.
  ///
  /// - Parameter registers: The function's registers.
  func text(_ registers: ConfigurationImage) -> [String] {
    let status = registers.word(at: 0x1E) ?? 0
    return [
      busText(primaryBus, secondaryBus, subordinateBus, latency: registers.byte(at: 0x1B) ?? 0),
      ports.text("I/O"), memory.text("memory"), prefetchable.text("prefetchable memory"),
      "Secondary status: " + flagText(status, ["66MHz": 5, "FastB2B": 7, "ParErr": 8])
        + " DEVSEL=\(deviceSelectTiming(status)) "
        + flagText(
          status, [">TAbort": 11, "<TAbort": 12, "<MAbort": 13, "<SERR": 14, "<PERR": 15]),
    ]
  }

  /// Bridge control in lspci's words.
  var controlText: [String] {
    [
      "BridgeCtl: "
        + flagText(
          control,
          [
            "Parity": 0, "SERR": 1, "NoISA": 2, "VGA": 3, "VGA16": 4, "MAbort": 5, ">Reset": 6,
            "FastB2B": 7,
          ]),
      "\t"
        + flagText(
          control, ["PriDiscTmr": 8, "SecDiscTmr": 9, "DiscTmrStat": 10, "DiscTmrSERREn": 11]),
    ]
  }
}

extension CardBusHeader {
  /// Buses, windows and control in lspci's words.
  ///
  /// - Parameters:
  ///   - command: The function's command register, which tells whether it answers.
  ///   - legacyBase: The register 0x44; `nil` where it was not read.
  func text(_ command: UInt16, legacyBase: UInt16?) -> [String] {
    var lines = [
      busText(primaryBus, secondaryBus, subordinateBus, latency: secondaryLatency)
    ]
    for (index, window) in memory.enumerated() {
      lines.append(
        "Memory window \(index): \(window.rangeText)" + (command >> 1 & 1 == 1 ? "" : " [disabled]")
          + (control >> (8 + index) & 1 == 1 ? " (prefetchable)" : ""))
    }
    for (index, window) in ports.enumerated() {
      lines.append(
        "I/O window \(index): \(window.rangeText)" + (command & 1 == 1 ? "" : " [disabled]"))
    }
    if secondaryStatus >> 14 & 1 == 1 { lines.append("Secondary status: SERR") }
    lines.append(
      "BridgeCtl: "
        + flagText(
          control,
          [
            "Parity": 0, "SERR": 1, "ISA": 2, "VGA": 3, "MAbort": 5, ">Reset": 6, "16bInt": 7,
            "PostWrite": 10,
          ]))
    if let legacyBase, legacyBase != 0 {
      lines.append("16-bit legacy interface ports at \(hexadecimal(legacyBase, digits: 4))")
    }
    return lines
  }
}

/// How fast the device claims cycles (PCI Local Bus Specification 3.0, 6.2.3).
///
/// - Parameter status: Status or secondary status.
func deviceSelectTiming(_ status: UInt16) -> String {
  ["fast", "medium", "slow", "??"][Int(status >> 9 & 3)]
}

private func busText(
  _ primary: UInt8, _ secondary: UInt8, _ subordinate: UInt8, latency: UInt8
) -> String {
  "Bus: primary=\(hexadecimal(primary, digits: 2)), "
    + "secondary=\(hexadecimal(secondary, digits: 2)), "
    + "subordinate=\(hexadecimal(subordinate, digits: 2)), sec-latency=\(latency)"
}

extension BridgeWindow {
  fileprivate func text(_ name: String) -> String {
    if let undefinedTypes {
      return "!!! Unknown \(name) range types \(hexadecimal(undefinedTypes.base, digits: 1))/"
        + hexadecimal(undefinedTypes.limit, digits: 1)
    }
    let digits = Int(addressBits) / 4
    return name.prefix(1).uppercased() + name.dropFirst()
      + " behind bridge: \(hexadecimal(base, digits: digits))-"
      + hexadecimal(limit, digits: digits)
      + (addresses.map { " " + sizeText($0) } ?? " [disabled]")
      + " [\(addressBits)-bit]"
  }

  fileprivate var rangeText: String {
    hexadecimal(base, digits: 8) + "-" + hexadecimal(limit, digits: 8)
  }
}
