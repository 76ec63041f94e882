import HostPCI
import PCIConfig

/// An ``MCFGReport`` as a document for programs. Addresses and values are hexadecimal text.
public struct MCFGDocument: Encodable, Sendable {
  let schema = "pcicfg.mcfg"
  let version = 1
  let entries: [Entry]
  let findings: [Finding]

  /// Makes the document of a report.
  public init(_ report: MCFGReport) {
    entries = report.mcfg.entries.map {
      Entry(
        base: "0x" + hexadecimal($0.base, digits: 1), segment: $0.segment,
        startBus: $0.firstBus, endBus: $0.lastBus)
    }
    findings = report.mcfg.findings.map {
      Finding(
        tag: $0.tag, severity: $0.severity.rawValue, entry: $0.entry, otherEntry: $0.otherEntry,
        value: "0x" + hexadecimal($0.value, digits: 1), text: $0.description)
    }
  }

  struct Entry: Encodable, Sendable {
    let base: String
    let segment: UInt16
    let startBus: UInt8
    let endBus: UInt8
  }

  struct Finding: Encodable, Sendable {
    let tag: String
    let severity: String
    let entry: Int?
    let otherEntry: Int?
    let value: String
    let text: String
  }
}
