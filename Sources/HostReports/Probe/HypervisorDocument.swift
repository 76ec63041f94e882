import HostPCI
import LinuxHost
import PCIConfig

/// A ``HypervisorDecision`` as a document for programs.
public struct HypervisorDocument: Encodable, Sendable {
  let schema = "pcicfg.hypervisor"
  let version = 1
  let tool = PCIConfigVersion.current
  let record: String?
  let name: String
  let isGuest: Bool
  let verdict: String
  let host: String?
  let signature: String?
  let reasons: [String]

  /// Makes the document of a decision.
  ///
  /// - Parameters:
  ///   - decision: The decision.
  ///   - record: The record that was looked at; `nil` for this machine.
  public init(_ decision: HypervisorDecision, record: Host.Record?) {
    self.record = record?.description
    name = decision.word
    isGuest = decision.isGuest
    verdict = decision.verdict.kind
    if case .host(let hypervisor) = decision.verdict {
      host = "\(hypervisor.name)"
    } else {
      host = nil
    }
    if case .unknown(let signature) = decision.verdict {
      self.signature = "\(signature)"
    } else {
      signature = nil
    }
    reasons = decision.reasons
  }
}

extension HypervisorDecision.Verdict {
  /// The kind in one word, for programs.
  var kind: String {
    switch self {
    case .bareMetal: "bare-metal"
    case .guest, .virtualMachine: "guest"
    case .host: "host"
    case .unknown: "unknown-hypervisor"
    case .unnamed: "unnamed-hypervisor"
    }
  }
}
