import LinuxHost
import PCIConfig

extension Probe {
  /// What a policy decides on, or `nil` where it is not known whether there is a hypervisor.
  public var accessFacts: AccessFacts? {
    decision.value.map { accessFacts(under: HypervisorDetection.Verdict($0.verdict)) }
  }

  /// What a policy decides on, if there is a hypervisor or none.
  ///
  /// - Parameter hypervisor: The hypervisor.
  public func accessFacts(under hypervisor: HypervisorDetection.Verdict) -> AccessFacts {
    AccessFacts(
      hypervisor: hypervisor, mechanism1Answers: mechanism1Answers,
      regions: ecam.windows.map(\.vouched), firmwareYear: facts.firmwareYear,
      mcfgIssuer: ecam.issuer,
      linuxLeavesECAM: facts.commandLine.value?.optionWithoutECAM != nil,
      restriction: restriction.restriction, hiddenRegions: ecam.hiddenRegions,
      agreeing: FunctionSet(comparison.agreeing),
      differing: FunctionSet(comparison.differing))
  }

  /// Whether mechanism 1 answers, as far as is known. A dump tells nothing of it, and is of a PC, where
  /// it does.
  var mechanism1Answers: Bool {
    kernelConventional.usesMechanism1 || isOfDump
      || modes.contains { $0.mode == .mechanism1 && $0.conventional == .works }
  }

  /// Whether a dump of registers was looked at.
  package var isOfDump: Bool { record?.isDump == true }
}

extension HypervisorDetection.Verdict {
  /// A product that runs on several hypervisors is a guest of one that gives no name.
  fileprivate init(_ verdict: HypervisorDecision.Verdict) {
    switch verdict {
    case .bareMetal: self = .bareMetal
    case .guest(let hypervisor): self = .guest(of: hypervisor)
    case .host(let hypervisor): self = .host(of: hypervisor)
    case .unknown(let signature): self = .unknown(signature)
    case .unnamed, .virtualMachine: self = .unnamed
    }
  }
}

extension HostAccess {
  /// Takes the mechanism that a policy chooses for each function and register, on what a probe found
  /// out.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - policy: The policy.
  ///   - probe: What was found out about the machine.
  /// - Throws: ``AccessUnavailable`` where a mechanism cannot be used, or it is not known whether
  ///   there is a hypervisor.
  package init(
    _ host: Host, selecting policy: AccessPolicy, on probe: Probe
  ) throws(AccessUnavailable) {
    guard let facts = probe.accessFacts else {
      throw AccessUnavailable(
        mode: nil, reason: "it is not known whether there is a hypervisor, which the policy needs")
    }
    try self.init(
      host, selecting: policy, on: facts,
      functions: probe.facts.functions.value?.map(\.address) ?? [])
  }

  /// Takes the mechanism that a policy chooses for each function and register.
  ///
  /// On the live machine the ports are tried, except for ``AccessPolicy/ecam``; for
  /// ``AccessPolicy/verified`` every function is read through ECAM, where a region has evidence, so
  /// that the policy can rest on what both mechanisms return.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - policy: The policy.
  /// - Throws: ``AccessUnavailable``.
  public init(_ host: Host, selecting policy: AccessPolicy) throws(AccessUnavailable) {
    try self.init(host, selecting: policy, on: Probe(host, rawAccess: policy.rawAccess))
  }
}

extension AccessPolicy {
  /// What must be accessed past the kernel's interfaces before the policy can decide.
  var rawAccess: Probe.RawAccess {
    switch self {
    case .verified: .everyFunction
    case .linux, .preferECAM, .mechanism1: .samples([.mechanism1])
    case .ecam: .none
    }
  }
}
