import PCIConfig

extension Probe {
  /// What a policy decides on, or `nil` where the hypervisor is not known.
  ///
  /// The two mechanisms have not been compared: the system shows each register through one.
  public var accessFacts: AccessFacts? {
    guard let detection = hypervisor.value else { return nil }
    let kernelUsesMechanism1 =
      kernelConventional.mechanism == .mechanism1
      || kernelConventional.mechanism == .mechanism1Extended
    let portsAnswer = modes.contains { $0.mode == .mechanism1 && $0.conventional == .works }
    return AccessFacts(
      hypervisor: detection.verdict, mechanism1Answers: kernelUsesMechanism1 || portsAnswer,
      regions: ecam.windows.map { window in
        VouchedRegion(
          window.region, ECAMVouchers(window.vouchers), overlapsMemory: window.overlapsMemory)
      },
      firmwareYear: firmwareYear, kernelUsesECAM: kernelExtended.mechanism == .ecam)
  }

  /// The year of the firmware's date, which DMI has as month/day/year.
  private var firmwareYear: UInt16? {
    facts.dmi.first { $0.name == "bios_date" }?.value.value?
      .split(separator: "/").last.flatMap { UInt16($0) }
  }
}

extension ECAMVouchers {
  fileprivate init(_ vouchers: [Voucher]) {
    self = []
    for voucher in vouchers {
      switch voucher {
      case .mcfg: insert(.mcfg)
      case .kernel: insert(.kernel)
      case .memoryMap, .reserved: insert(.reservation)
      case .hostBridge: insert(.hostBridge)
      }
    }
  }
}
