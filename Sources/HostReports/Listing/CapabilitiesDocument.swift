import HostPCI
import PCIConfig

/// The capabilities of a function as a document.
struct CapabilitiesDocument: Encodable {
  struct Capability: Encodable {
    let register: String
    let id: String
    let version: UInt8?
    /// The first line of ``text`` without values; `nil` where no specification defines the number.
    let name: String?
    /// The bytes; where ``isLengthKnown`` is false those up to the next capability, at most 64.
    let bytes: String
    let isLengthKnown: Bool
    /// What `pcicfg list -v` writes of it.
    let text: [String]
  }

  let conventional: [Capability]
  let conventionalEnd: String
  let extended: [Capability]
  let extendedEnd: String?

  init(_ capabilities: FunctionCapabilities) {
    conventional = capabilities.conventional.map { entry in
      Capability(
        register: "\(entry.value.register)",
        id: "0x" + hexadecimal(entry.value.id.rawValue, digits: 2),
        version: nil, name: entry.value.id.name, bytes: hexadecimalText(entry.bytes),
        isLengthKnown: entry.isLengthKnown, text: entry.contents.text)
    }
    conventionalEnd = "\(capabilities.conventionalEnd)"
    extended = capabilities.extended.map { entry in
      Capability(
        register: "\(entry.value.register)",
        id: "0x" + hexadecimal(entry.value.id.rawValue, digits: 4),
        version: entry.value.version, name: entry.value.id.name,
        bytes: hexadecimalText(entry.bytes),
        isLengthKnown: entry.isLengthKnown, text: entry.contents.text)
    }
    extendedEnd = capabilities.extendedEnd.map { "\($0)" }
  }
}
