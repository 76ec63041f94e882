import LinuxHost
import PCIConfig

extension FunctionVerification {
  /// Whether ECAM shows a register differently.
  var differsThroughECAM: Bool {
    comparisons.contains { $0.mode == .ecam && !$0.differences.isEmpty }
  }

  /// All modes that read the function.
  package var modes: [AccessMode] { (reference.map { [$0] } ?? []) + comparisons.map(\.mode) }

  /// What differs and what changes.
  ///
  /// - Parameter mechanism1Stands: Whether the kernel uses mechanism 1, so that its files show it.
  func findings(mechanism1Stands: Bool) -> [VerificationFinding] {
    var findings: [VerificationFinding] = []
    for comparison in comparisons {
      guard let first = comparison.differences.first, let reference else { continue }
      let others = comparison.differences.dropFirst().map { "\($0.register)" }
      var text =
        "\(address) register \(first.register): \(comparison.mode.rawValue) reads "
        + "\(AccessWidth.doubleword.text(first.value)), \(reference.rawValue) "
        + AccessWidth.doubleword.text(first.expected)
      if !others.isEmpty {
        text += "; \(others.count) more: " + others.prefix(8).joined(separator: ", ")
        if others.count > 8 { text += ", …" }
      }
      findings.append(
        VerificationFinding(
          "\(comparison.mode.rawValue)-differs", .error, of: address, text,
          advice: advice(comparison.mode, mechanism1Stands)))
    }
    if !volatile.isEmpty {
      let registers = volatile.map { "\($0)" }.joined(separator: ", ")
      findings.append(
        VerificationFinding(
          "volatile-register", .note, of: address,
          "\(address) register\(volatile.count == 1 ? "" : "s") \(registers): another value when "
            + "read again: not compared",
          advice: "nothing: counters and status change by themselves"))
    }
    return findings
  }

  private func advice(_ mode: AccessMode, _ mechanism1Stands: Bool) -> String {
    switch mode {
    case .ecam where address.segment == 0 && mechanism1Stands:
      "pinned to mechanism 1: use that for the function, and no register from 0x100 up"
    case .ecam:
      "do not use ECAM for the function; the kernel's mechanism 1 is not known to answer for it"
    case .mechanism1: "do not use the ports: their answer is not that of the kernel's files"
    case .sysfs, .procfs:
      "both are the kernel's: in a record files of different times, else report it to the kernel"
    }
  }
}
