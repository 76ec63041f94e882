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
    let kernelUsesMechanism1 =
      kernelConventional.mechanism == .mechanism1
      || kernelConventional.mechanism == .mechanism1Extended
    let portsAnswer = modes.contains { $0.mode == .mechanism1 && $0.conventional == .works }
    let options = facts.commandLine.value?.pci ?? []
    return AccessFacts(
      hypervisor: hypervisor,
      mechanism1Answers: kernelUsesMechanism1 || portsAnswer,
      regions: ecam.windows.map { window in
        VouchedRegion(
          window.region, ECAMVouchers(window.vouchers), overlapsMemory: window.overlapsMemory,
          reserved: window.reserved)
      },
      firmwareYear: firmwareYear,
      linuxLeavesECAM: options.contains { ["nommconf", "conf1", "conf2", "off"].contains($0) },
      restriction: restriction.restriction, kernelUsesECAM: kernelExtended.mechanism == .ecam,
      agreeing: comparison.agreeing, differing: comparison.differing)
  }

  /// The year of the firmware's date, which DMI has as month/day/year.
  private var firmwareYear: UInt16? {
    facts.dmi.first { $0.name == "bios_date" }?.value.value?
      .split(separator: "/").last.flatMap { UInt16($0) }
  }
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

extension ECAMVouchers {
  fileprivate init(_ vouchers: [Voucher]) {
    self = []
    for voucher in vouchers {
      switch voucher {
      case .mcfg: insert(.mcfg)
      case .kernel: insert(.kernel)
      case .memoryMap, .reserved, .motherboard: insert(.reservation)
      case .hostBridge: insert(.hostBridge)
      }
    }
  }
}
