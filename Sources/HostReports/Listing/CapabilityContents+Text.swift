import HostPCI
import LinuxHost
import PCIConfig

extension CapabilityContents {
  /// The name and the values in lspci's words; the lines behind the first one are indented further.
  var text: [String] {
    switch self {
    case .powerManagement(let value): value.text
    case .msi(let value): value.text
    case .msix(let value): value.text
    case .express(let value, let version2, let hasMemory):
      value.text(with: version2, hasMemory: hasMemory)
    case .virtio(let value): value.text
    case .vendor(let count):
      ["Vendor Specific Information: Len=\(hexadecimal(count, digits: 2)) <?>"]
    case .errorReporting(let value): value.text
    case .extendedVendor(let value): value.text
    case .hyperTransport(let value): ["HyperTransport: \(value.name)"]
    case .debugPort(let value):
      ["Debug port: BAR=\(value.bar) offset=\(hexadecimal(value.offset, digits: 4))"]
    case .sata(let value): [value.text]
    case .subsystem(let board):
      [
        "Subsystem: \(hexadecimal(board.vendorID, digits: 4)):\(hexadecimal(board.id, digits: 4))"
      ]
    case .serialNumber(let number): ["Device Serial Number \(serialNumberText(number))"]
    case .named(let name): [name]
    }
  }
}

/// A serial number as lspci writes it: its bytes, the highest one first.
private func serialNumberText(_ number: UInt64) -> String {
  stride(from: 56, through: 0, by: -8)
    .map { hexadecimal(UInt8(truncatingIfNeeded: number >> UInt64($0)), digits: 2) }
    .joined(separator: "-")
}

extension HyperTransportCapability {
  /// The kind in lspci's words, with the values that are in its first register.
  fileprivate var name: String {
    switch kind {
    case .primary: "Slave or Primary Interface"
    case .secondary: "Host or Secondary Interface"
    case .switching: "Switch"
    case .interruptDiscovery: "Interrupt Discovery and Configuration"
    case .revisionID:
      "Revision ID: \(command >> 5 & 7)." + (command & 31 < 10 ? "0" : "") + "\(command & 31)"
    case .unitIDClumping: "UnitID Clumping"
    case .extendedConfigurationAccess: "Extended Configuration Space Access"
    case .addressMapping: "Address Mapping"
    case .msiMapping: "MSI Mapping " + flagText(command, ["Enable": 0, "Fixed": 1])
    case .directRoute: "DirectRoute"
    case .virtualChannelSet: "VCSet"
    case .retryMode: "Retry Mode"
    case .other(let number): "#\(hexadecimal(number, digits: 2))"
    }
  }
}

extension SATACapability {
  fileprivate var text: String {
    let place =
      switch location {
      case .bar(let bar, let offset): "BAR\(bar) Offset=\(hexadecimal(offset, digits: 8))"
      case .configurationSpace: "InCfgSpace"
      case .undefined(let number): "BAR??\(number)"
      }
    return "SATA HBA v\(majorRevision).\(minorRevision) \(place)"
  }
}

extension PowerManagement {
  fileprivate var text: [String] {
    var lines = [
      "Power Management version \(version)",
      "Flags: " + flagText(capabilities, ["PMEClk": 3, "DSI": 5, "D1": 9, "D2": 10])
        + " AuxCurrent=\(auxiliaryCurrent)mA PME("
        + flagText(capabilities, ["D0": 11, "D1": 12, "D2": 13, "D3hot": 14, "D3cold": 15])
        .replacingBlanks(with: ",") + ")",
      "Status: D\(state) " + flagText(control, ["NoSoftRst": 3, "PME-Enable": 8])
        + " DSel=\(control >> 9 & 15) DScale=\(control >> 13 & 3) "
        + flagText(control, ["PME": 15]),
    ]
    if bridgeSupport != 0 {
      lines.append(
        "Bridge: " + flagText(bridgeSupport, ["PM": 7]) + " " + flagText(~bridgeSupport, ["B3": 6]))
    }
    return lines
  }
}

extension MSI {
  fileprivate var text: [String] {
    var lines = [
      "MSI: \(flagText(control, ["Enable": 0])) Count=\(enabledCount)/\(capableCount) "
        + flagText(control, ["Maskable": 8, "64bit": 7]),
      "Address: \(hexadecimal(address, digits: is64Bit ? 16 : 8))"
        + "  Data: \(hexadecimal(data, digits: 4))",
    ]
    if let mask, let pending {
      lines.append(
        "Masking: \(hexadecimal(mask, digits: 8))  Pending: \(hexadecimal(pending, digits: 8))")
    }
    return lines
  }
}

extension MSIX {
  fileprivate var text: [String] {
    [
      "MSI-X: \(flagText(control, ["Enable": 15])) Count=\(count) \(flagText(control, ["Masked": 14]))",
      "Vector table: BAR=\(table.bar) offset=\(hexadecimal(table.offset, digits: 8))",
      "PBA: BAR=\(pendingBits.bar) offset=\(hexadecimal(pendingBits.offset, digits: 8))",
    ]
  }
}

extension VirtioCapability {
  /// The structure in lspci's words.
  var name: String {
    switch structure {
    case .common: "CommonCfg"
    case .notify: "Notify"
    case .interruptStatus: "ISR"
    case .device: "DeviceCfg"
    case .configurationAccess: "PCICfg"
    case .sharedMemory: "SharedMemory"
    case .vendor: "Vendor"
    case .undefined: "<unknown>"
    }
  }

  fileprivate var text: [String] {
    let isWide = structure == .sharedMemory
    var place = "BAR=\(bar) offset=\(hexadecimal(offset, digits: isWide ? 16 : 8))"
    place += " size=\(hexadecimal(size, digits: isWide ? 16 : 8))"
    if case .notify(let multiplier) = structure {
      place += " multiplier=\(hexadecimal(multiplier, digits: 8))"
    }
    if isWide { place += " id=\(identifier)" }
    return ["Vendor Specific Information: VirtIO: \(name)", place]
  }
}

extension VendorCapability {
  fileprivate var text: [String] {
    guard let vendorID else {
      return [
        "Vendor Specific Information: ID=\(hexadecimal(id, digits: 4)) Rev=\(revision)"
          + " Len=\(hexadecimal(byteCount, digits: 3)) <?>"
      ]
    }
    return [
      "Designated Vendor-Specific: Vendor=\(hexadecimal(vendorID, digits: 4))"
        + " ID=\(hexadecimal(id, digits: 4)) Rev=\(revision) Len=\(byteCount) <?>"
    ]
  }
}

extension AdvancedErrorReporting {
  private static func uncorrectable(_ name: String, _ value: UInt32) -> [String] {
    [
      "\(name):\t"
        + flagText(
          value,
          [
            "DLP": 4, "SDES": 5, "TLP": 12, "FCP": 13, "CmpltTO": 14, "CmpltAbrt": 15,
            "UnxCmplt": 16, "RxOF": 17, "MalfTLP": 18,
          ]),
      "\t"
        + flagText(
          value,
          [
            "ECRC": 19, "UnsupReq": 20, "ACSViol": 21, "UncorrIntErr": 22, "BlockedTLP": 23,
            "AtomicOpBlocked": 24, "TLPBlockedErr": 25,
          ]),
      "\t"
        + flagText(
          value,
          [
            "PoisonTLPBlocked": 26, "DMWrReqBlocked": 27, "IDECheck": 28, "MisIDETLP": 29,
            "PCRC_CHECK": 30, "TLPXlatBlocked": 31,
          ]),
    ]
  }

  private static func correctable(_ name: String, _ value: UInt32) -> String {
    "\(name):\t"
      + flagText(
        value,
        [
          "RxErr": 0, "BadTLP": 6, "BadDLLP": 7, "Rollover": 8, "Timeout": 12,
          "AdvNonFatalErr": 13, "CorrIntErr": 14, "HeaderOF": 15,
        ])
  }

  fileprivate var text: [String] {
    var lines = ["Advanced Error Reporting"]
    lines += Self.uncorrectable("UESta", uncorrectableStatus)
    lines += Self.uncorrectable("UEMsk", uncorrectableMask)
    lines += Self.uncorrectable("UESvrt", uncorrectableSeverity)
    lines.append(Self.correctable("CESta", correctableStatus))
    lines.append(Self.correctable("CEMsk", correctableMask))
    lines.append(
      "AERCap:\tFirst Error Pointer: \(hexadecimal(control & 31, digits: 2)), "
        + flagText(control, ["ECRCGenCap": 5, "ECRCGenEn": 6, "ECRCChkCap": 7, "ECRCChkEn": 8]))
    lines.append(
      "\t"
        + flagText(
          control, ["MultHdrRecCap": 9, "MultHdrRecEn": 10, "TLPPfxPres": 11, "HdrLogCap": 12]))
    lines.append(
      "HeaderLog: " + headerLog.map { hexadecimal($0, digits: 8) }.joined(separator: " "))
    if let root {
      lines.append(
        "RootCmd: " + flagText(root.command, ["CERptEn": 0, "NFERptEn": 1, "FERptEn": 2]))
      lines.append(
        "RootSta: "
          + flagText(root.status, ["CERcvd": 0, "MultCERcvd": 1, "UERcvd": 2, "MultUERcvd": 3]))
      lines.append(
        "\t " + flagText(root.status, ["FirstFatal": 4, "NonFatalMsg": 5, "FatalMsg": 6])
          + " IntMsgNum \(root.status >> 27)")
      lines.append(
        "ErrorSrc: ERR_COR: \(hexadecimal(root.source & 0xFFFF, digits: 4)) "
          + "ERR_FATAL/NONFATAL: \(hexadecimal(root.source >> 16, digits: 4))")
    }
    return lines
  }
}

extension String {
  fileprivate func replacingBlanks(with separator: Character) -> String {
    String(map { $0 == " " ? separator : $0 })
  }
}
