import PCIConfig

extension ListedBaseAddress {
  /// The base address in lspci's words.
  ///
  /// - Parameter command: The function's command register, which tells whether it answers.
  func text(_ command: UInt16) -> String {
    var text: String
    switch kind {
    case .expansionROM(let isEnabled):
      text = "Expansion ROM at " + place(address & ~0x7FF, digits: 8) + origin
      if !isEnabled {
        text += " [disabled]"
      } else if command >> 1 & 1 == 0 {
        text += " [disabled by cmd]"
      }
    case .io:
      let isEnabled = command & 1 == 1
      text = "Region \(index): I/O ports at "
      text += isEnabled ? hexadecimal(address, digits: 4) : place(address, digits: 4)
      text += origin + (isEnabled || isVirtual ? "" : " [disabled]")
    default:
      text = "Region \(index): Memory at "
      text += lacksUpperHalf ? "<invalid-64bit-slot>" : place(address, digits: 8)
      text += " (\(kind.widthText), \(kind.isPrefetchable ? "" : "non-")prefetchable)" + origin
      if command >> 1 & 1 == 0 && !isVirtual { text += " [disabled]" }
    }
    if let size { text += " " + sizeText(size) }
    return text
  }

  private func place(_ address: UInt64, digits: Int) -> String {
    if address != 0 { return hexadecimal(address, digits: digits) }
    return registerAddress != 0 ? "<ignored>" : "<unassigned>"
  }

  /// Whether the kernel alone has the address. Then the command register does not tell whether it
  /// answers: a virtual function's has no Memory Space Enable (PCI Express Base Specification 6.0,
  /// 9.3.4.1.3).
  private var isVirtual: Bool { !isEnhanced && source == .kernel }

  private var origin: String { isEnhanced ? " [enhanced]" : isVirtual ? " [virtual]" : "" }
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
