import HostPCI
import LinuxHost
import PCIConfig

extension AccessBenchmark {
  /// The costs as text of at most 80 columns.
  ///
  /// - Parameter showsHistograms: Whether a histogram of each follows.
  public func text(showsHistograms: Bool = false) -> String {
    var writer = TextWriter()
    writer.paragraph(
      "",
      "\(function): reads of 32 bits, times in nanoseconds; looking at the clock takes "
        + "\(clockOverhead) ns, which are subtracted.")
    writer.line()
    writer.line(
      Self.row("MODE", "REGISTER", "BY", ["READS", "MIN", "MEDIAN", "99%", "READS/S", "ACCESS"]))
    for cost in costs {
      writer.line(
        Self.row(
          cost.mode.rawValue, "\(cost.register)", cost.mechanism.rawValue,
          [
            "\(cost.durations.count)", "\(cost.durations.minimum)", "\(cost.durations.median)",
            "\(cost.durations.percentile99)", cost.durations.perSecond.map { "\($0)" } ?? "-",
            "\(cost.access)",
          ]))
    }
    writer.line()
    let calls = emptyCalls
    if !calls.isEmpty {
      writer.paragraph(
        "access  ",
        "is the median without the call around it: the same call where the file ends, "
          + "which reads nothing, costs \(calls).")
    }
    writer.paragraph("kernel  ", "below 0x100 \(kernelConventional.words)")
    writer.paragraph("        ", "from 0x100 \(kernelExtended.words)")
    for comparison in comparisons { writer.paragraph("cost    ", comparison) }
    if let sentence = window.sentence { writer.paragraph("window  ", sentence) }
    for omission in omissions { writer.paragraph("omitted ", omission.description) }
    if showsHistograms {
      for cost in costs {
        writer.line()
        writer.line("\(cost.mode.rawValue) \(cost.register)")
        for line in DurationHistogram(cost.durations).lines { writer.line(line) }
      }
    }
    return writer.text
  }

  private static func row(
    _ mode: String, _ register: String, _ mechanism: String, _ numbers: [String]
  ) -> String {
    let widths = [8, 6, 7, 7, 9, 7]
    return padded(mode, 8) + padded(register, 10) + padded(mechanism, 14)
      + zip(numbers, widths).map { number, width in
        String(repeating: " ", count: max(1, width - number.count)) + number
      }.joined()
  }

  /// What the calls cost that read nothing, once for each mode.
  private var emptyCalls: String {
    var parts: [String] = []
    for cost in costs where cost.mode == .sysfs || cost.mode == .procfs {
      let part = "\(cost.emptyCall) ns (\(cost.mode.rawValue))"
      if !parts.contains(part) { parts.append(part) }
    }
    return parts.joined(separator: ", ")
  }

  /// Mechanism 1 and ECAM side by side: through each file, and past the kernel.
  private var comparisons: [String] {
    let ways: [(name: String, modes: [AccessMode])] = [
      ("sysfs", [.sysfs]), ("procfs", [.procfs]), ("raw", [.mechanism1, .ecam]),
    ]
    return ways.compactMap { way in
      let costs = costs.filter { way.modes.contains($0.mode) }
      guard let ecam = costs.first(where: { $0.mechanism == .ecam })?.access,
        let mechanism1 = costs.first(where: { $0.mechanism == .mechanism1 })?.access
      else { return nil }
      let ratio = ecam > 0 ? ", \(Self.ratio(mechanism1, ecam)) times as much" : ""
      return "\(way.name): ECAM \(ecam) ns, mechanism 1 \(mechanism1) ns\(ratio)"
    }
  }

  /// A quotient with one decimal.
  private static func ratio(_ dividend: UInt32, _ divisor: UInt32) -> String {
    let tenths = (UInt64(dividend) * 10 + UInt64(divisor) / 2) / UInt64(divisor)
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension KernelAccess {
  /// What the kernel uses, how sure that is, and what it rests on.
  fileprivate var words: String {
    let sure = certainty == .likely ? " probably" : ""
    let verb = mechanism == .none ? "has" : "uses"
    return "it\(sure) \(verb) \(mechanism.title) (\(evidence.joined(separator: "; ")))"
  }
}
