import HostPCI
import PCIConfig

extension HypervisorDetection.Verdict {
  /// The kind in one word, for programs.
  var kind: String {
    switch self {
    case .bareMetal: "bare-metal"
    case .guest: "guest"
    case .host: "host"
    case .unknown: "unknown-hypervisor"
    case .unnamed: "unnamed-hypervisor"
    }
  }

  /// The hypervisor's name, where the table has one.
  var name: String? {
    switch self {
    case .guest(let hypervisor), .host(let hypervisor): "\(hypervisor.name)"
    case .bareMetal, .unknown, .unnamed: nil
    }
  }
}

extension HypervisorDecision.Verdict {
  /// The conclusion for a reader.
  var sentence: String {
    switch self {
    case .bareMetal: "none shows itself"
    case .guest(of: let hypervisor): "\(hypervisor.name) (this is a guest)"
    case .virtualMachine(let product): "\(product) (this is a guest)"
    case .host(let hypervisor): "\(hypervisor.name) (this is its host, not a guest)"
    case .unknown(let signature): "one that is not known, \"\(signature)\""
    case .unnamed: "one that gives no name"
    }
  }
}

extension Probe {
  /// The conclusion for a reader.
  var hypervisorSentence: String {
    switch decision {
    case .known(let decision):
      hidesFromProcessor && decision.isGuest
        ? "none shows itself, but DMI names a virtual machine: \(decision.word)"
        : decision.verdict.sentence
    case .absent(let name): "not known: the record has no \(name)"
    case .failed(let failure): "not known: \(failure)"
    }
  }

  /// What decided against what the processor says.
  var hint: String? {
    guard hypervisor.value != nil, let decision = decision.value, decision.overridesProcessor
    else { return nil }
    return decision.reasons.last
  }

  private var hidesFromProcessor: Bool {
    guard case .known(let detection) = hypervisor else { return false }
    return detection.verdict == .bareMetal
  }
}
