import LinuxHost
import PCIConfig

extension AccessModeReport {
  /// Tries mechanism 1.
  static func mechanism1(_ host: Host, _ facts: SystemFacts) -> AccessModeReport {
    if let objection = facts.ports.value?.objectionToMechanism1 {
      return AccessModeReport(
        mode: .mechanism1, conventional: .unknown, extended: .outOfReach,
        evidence: ["/proc/ioports: PCI conf2"], causes: [objection], remedies: [])
    }
    let known = facts.functions.value?.first { $0.address.segment == 0 }
    let expected = known.flatMap { host.doubleword(of: $0, .vendorID).value }
    let function = known?.address ?? FunctionAddress(routingID: 0)
    let answers = host.askMechanism1(function, expected: expected)
    let evidence = answers.map(\.description)
    func report(
      _ availability: Availability, _ causes: [String] = [], _ remedies: [String] = []
    ) -> AccessModeReport {
      AccessModeReport(
        mode: .mechanism1, conventional: availability, extended: .outOfReach, evidence: evidence,
        causes: causes, remedies: remedies)
    }
    guard let last = answers.last else { return report(.unknown) }
    let value: UInt32
    switch last.answer {
    case .absent: return report(.unknown, ["the record does not hold the answer"])
    case .failed(let failure):
      let refusal = AccessDiagnosis.ofPorts(failure, facts)
      return report(refusal.isMissing ? .missing : .refused, refusal.causes, refusal.remedies)
    case .known(let answer): value = answer
    }
    let latch = answers.first { $0.request == .configAddress }?.answer.value
    guard let latch, host.holdsAddress(latch, of: function) else {
      return report(.missing, [Host.noLatch])
    }
    if let known, let expected, value != expected {
      return report(
        .missing,
        [
          "\(known.mode.rawValue) reads 0x\(hexadecimal(expected, digits: 8)) for the same register: "
            + "what the ports answer cannot be trusted"
        ])
    }
    guard expected != nil || value != .max else {
      return report(.nothingThere, ["CONFIG_ADDRESS answers, but there is no function to compare"])
    }
    return report(.works)
  }
}
