import HostPCI
import LinuxHost
import PCIConfig

extension Verification {
  /// The report for a reader: lines of at most 80 columns.
  public var text: String {
    var writer = TextWriter()
    writer.paragraph("Verdict    ", verdict)
    writer.paragraph(
      "Registers  ",
      "\(sum(\.identicalCount)) identical, \(sum(\.volatile.count)) volatile, "
        + "\(sum(\.different.count)) different, in \(counted(functions.count, "function"))")
    writeModes(to: &writer)
    for window in regions {
      let buses = window.region.buses
      writer.paragraph(
        "ECAM       ",
        "0x\(hexadecimal(window.region.addresses.lowerBound, digits: 1)), segment "
          + "\(hexadecimal(window.region.segment, digits: 4)), buses "
          + "\(hexadecimal(buses.lowerBound, digits: 2))-"
          + "\(hexadecimal(buses.upperBound, digits: 2)): "
          + (window.vouchers.isEmpty
            ? "nothing vouches for it" : window.vouchers.map(\.description).joined(separator: "; "))
      )
    }
    writeFindings(to: &writer)
    if !notCompared.isEmpty {
      writer.line()
      writer.line("Not compared")
      for note in notCompared { writer.paragraph("  ", note, indentation: 4) }
    }
    return writer.text
  }

  private var verdict: String {
    let counts = [MCFGFinding.Severity.error, .warning, .note].compactMap { severity in
      let number = findings.count { $0.severity == severity }
      return number == 0 ? nil : counted(number, severity.rawValue)
    }
    guard hasCompared else { return (["nothing was compared"] + counts).joined(separator: ", ") }
    let isPartial = comparedCount < knownCount
    let judgement =
      hasFault ? "faulty" : isPartial ? "good as far as could be seen" : "good"
    let extent = isPartial ? ["\(comparedCount) of \(knownCount) registers compared"] : []
    return ([judgement] + extent + counts).joined(separator: ", ")
  }

  private func writeModes(to writer: inout TextWriter) {
    for mode in AccessMode.allCases {
      let compared = functions.flatMap { $0.comparisons.filter { $0.mode == mode } }
      let others = Set(functions.filter { $0.modes.contains(mode) }.compactMap(\.reference))
      guard !compared.isEmpty, let reference = others.min(by: { $0.order < $1.order }) else {
        continue
      }
      writer.paragraph(
        "           ",
        "\(mode.title) with \(reference.title): "
          + "\(counted(compared.reduce(0) { $0 + $1.compared }, "register")), "
          + "\(compared.reduce(0) { $0 + $1.differences.count }) different, in "
          + counted(compared.count, "function"))
    }
  }

  private func writeFindings(to writer: inout TextWriter) {
    guard !findings.isEmpty else { return }
    writer.line()
    writer.line("Findings")
    for finding in findings {
      writer.paragraph(
        "  " + padded(finding.severity.rawValue, 9), "\(finding.text) (\(finding.tag))")
      writer.paragraph("           Advice: ", finding.advice, indentation: 11)
    }
  }

  private func sum(_ count: (FunctionVerification) -> Int) -> Int {
    functions.reduce(0) { $0 + count($1) }
  }
}

extension AccessMode {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
