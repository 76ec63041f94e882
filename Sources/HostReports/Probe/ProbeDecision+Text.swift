import HostPCI
import PCIConfig

extension Probe {
  /// What the default policy chooses, beside what the kernel uses, for a reader.
  func writeDecision(to writer: inout TextWriter) {
    let decision = ProbeDecision(self)
    writer.line()
    guard decision.obstacle == nil else {
      writer.paragraph("Decision     ", "none: \(decision.obstacle ?? "")")
      return
    }
    writer.line("Decision     by policy \(decision.policy.name), the default")
    for (registers, choices) in [
      ("0x00-0xff", decision.conventional), ("0x100-0xfff", decision.extended),
    ] {
      for choice in choices {
        let isConventional = registers == "0x00-0xff" && choice.isInSegment0
        let kernel = isConventional ? kernelConventional : kernelExtended
        let share =
          choices.count == 1
          ? "" : " for \(choice.functions.count) of \(facts.functions.value?.count ?? 0) functions"
        writer.paragraph(
          "  " + padded(registers, 11) + "  ",
          choice.decision.mechanism.title + share + kernel.beside(choice.decision.mechanism)
            + ": " + choice.decision.reasons.map(\.clause).joined(separator: "; "))
      }
    }
    for note in notes(on: (decision.conventional + decision.extended).map(\.decision)) {
      writer.paragraph("  note         ", note)
    }
  }
}

extension AccessReason {
  /// The fact in short, without the evidence for a region, which the list of regions has.
  fileprivate var clause: String {
    guard case .region(let vouched) = self else { return description }
    return "the region at 0x\(hexadecimal(vouched.region.addresses.lowerBound, digits: 1))"
  }
}

extension KernelAccess {
  /// What the kernel uses, as a clause after a choice.
  fileprivate func beside(_ choice: AccessDecision.Mechanism) -> String {
    switch (choice, mechanism) {
    case (_, .unknown): " (what the kernel uses is not known)"
    case (.mechanism1, .mechanism1), (.ecam, .ecam), (.hiddenECAM, .ecam): ", as the kernel"
    case (_, .none): " (the kernel has no access)"
    default: " (the kernel uses \(mechanism.title))"
    }
  }
}
