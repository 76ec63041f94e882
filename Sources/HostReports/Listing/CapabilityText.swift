import HostPCI
import PCIConfig

/// The capabilities of a function in lspci's words, each with its bytes.
struct CapabilityText {
  private let registers: ConfigurationImage
  private let header: Header
  private(set) var lines: [String] = []

  /// Looks at the lists of a function.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - header: Its header.
  init(_ registers: ConfigurationImage, _ header: Header) {
    self.registers = registers
    self.header = header
    let capabilities = FunctionCapabilities(registers, header)
    for capability in capabilities.conventional {
      add("[\(hexadecimal(capability.value.register.offset, digits: 2))] ", capability.contents)
      addBytes(capability) { $0.register }
    }
    addEnd(capabilities.conventionalEnd)
    for capability in capabilities.extended {
      let value = capability.value
      add(
        "[\(hexadecimal(value.register.offset, digits: 3)) v\(value.version)] ",
        capability.contents)
      addBytes(capability) { $0.register }
    }
    if let end = capabilities.extendedEnd { addEnd(end) }
  }

  private mutating func add(_ place: String, _ contents: CapabilityContents) {
    let text = contents.text
    lines.append("Capabilities: " + place + (text.first ?? ""))
    lines += text.dropFirst().map { "\t" + $0 }
  }

  private mutating func addBytes<Value>(
    _ capability: FunctionCapabilities.Entry<Value>, register: (Value) -> Register
  ) {
    let bytes = capability.bytes
    let first = Int(register(capability.value).offset)
    if !capability.isLengthKnown { lines.append("\tLength not known, at most:") }
    for start in stride(from: 0, to: bytes.count, by: 16) {
      lines.append(
        "\t\(hexadecimal(first + start, digits: 2)): "
          + bytes[start..<min(start + 16, bytes.count)].map { hexadecimal($0, digits: 2) }
          .joined(separator: " "))
    }
  }

  private mutating func addEnd(_ end: CapabilityListEnd) {
    switch end {
    case .noList, .endOfList: break
    case .unreachable: lines.append("Capabilities: <access denied>")
    case .loop, .outOfRange, .allOnes: lines.append("Capabilities: <chain broken> \(end)")
    }
  }
}
