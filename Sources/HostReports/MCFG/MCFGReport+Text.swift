import HostPCI
import LinuxHost
import PCIConfig

extension MCFGReport {
  /// The report for a reader: lines of at most 80 columns, where the path is not longer.
  public var text: String {
    var writer = TextWriter()
    writer.line("Table     \(path)")
    writer.paragraph("Size      ", counted(byteCount, "byte"))
    writer.paragraph("Verdict   ", verdict)
    writeEntries(to: &writer)
    writeFindings(to: &writer)
    return writer.text
  }

  private var verdict: String {
    let entries =
      switch mcfg.entries.count {
      case 0: "no entry"
      case 1: "1 entry"
      case let number: "\(number) entries"
      }
    let counts = [MCFGFinding.Severity.error, .warning, .note].compactMap { severity in
      let number = mcfg.findings.count { $0.severity == severity }
      return number == 0 ? nil : counted(number, severity.rawValue)
    }
    return (hasFault ? "faulty: " : "good: ") + ([entries] + counts).joined(separator: ", ")
  }

  private func writeEntries(to writer: inout TextWriter) {
    guard !mcfg.entries.isEmpty else { return }
    let bases = mcfg.entries.map { "0x" + hexadecimal($0.base, digits: 8) }
    let first = max(5, String(mcfg.entries.count - 1).count)
    let second = bases.reduce(10) { max($0, $1.count) }
    writer.line()
    writer.line(
      padded("Entry", first) + "  " + padded("Base", second) + "  Segm  Buses  Addresses")
    for (index, entry) in mcfg.entries.enumerated() {
      let addresses = (try? entry.region()).map {
        "0x" + hexadecimal($0.addresses.lowerBound, digits: 8) + "-0x"
          + hexadecimal($0.addresses.upperBound, digits: 8)
      }
      writer.line(
        padded(String(index), first) + "  " + padded(bases[index], second) + "  "
          + hexadecimal(entry.segment, digits: 4) + "  "
          + hexadecimal(entry.firstBus, digits: 2) + "-" + hexadecimal(entry.lastBus, digits: 2)
          + "  " + (addresses ?? "no region"))
    }
  }

  private func writeFindings(to writer: inout TextWriter) {
    guard !mcfg.findings.isEmpty else { return }
    writer.line()
    writer.line("Findings")
    for finding in mcfg.findings {
      writer.paragraph(
        "  " + padded(finding.severity.rawValue, 9), "\(finding) (\(finding.tag))")
    }
  }
}
