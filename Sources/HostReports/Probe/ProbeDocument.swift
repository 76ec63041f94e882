import HostPCI
import LinuxHost
import PCIConfig

/// A ``Probe`` as a document for programs. Addresses are hexadecimal text.
public struct ProbeDocument: Encodable, Sendable {
  let schema = "pcicfg.probe"
  let version = 1
  let tool: String
  let record: String?
  let hypervisor: HypervisorEntry
  let dmi: [String: FactEntry<String>]
  let restriction: RestrictionEntry
  let functions: FactEntry<Int>
  let modes: [ModeEntry]
  let kernel: KernelEntry
  let ecam: ECAMEntry
  let system: SystemEntry
  let comparison: ComparisonEntry
  let decision: DecisionEntry
  let notAddresses: [String]

  /// Makes the document of a probe.
  public init(_ probe: Probe) {
    let facts = probe.facts
    tool = PCIConfigVersion.current
    record = probe.record?.description
    hypervisor = HypervisorEntry(probe)
    dmi = Dictionary(facts.dmi.map { ($0.name, FactEntry($0.value)) }) { first, _ in first }
    restriction = RestrictionEntry(probe.restriction)
    functions = FactEntry(facts.functions.map(\.count))
    modes = probe.modes.map(ModeEntry.init)
    kernel = KernelEntry(
      conventional: .init(probe.kernelConventional), extended: .init(probe.kernelExtended))
    ecam = ECAMEntry(probe.ecam)
    system = SystemEntry(
      kernelRelease: .init(facts.kernelRelease),
      commandLinePCI: .init(facts.commandLine.map(\.pci)),
      iomemRelaxed: .init(facts.commandLine.map(\.relaxesMemory)),
      lockdown: .init(facts.lockdown),
      user: .init(facts.privileges.compactMap(orAbsent: "Uid", \.user)),
      hasRawIO: .init(facts.privileges.compactMap(orAbsent: "CapEff", \.hasRawIO)),
      hasAdmin: .init(facts.privileges.compactMap(orAbsent: "CapEff", \.hasAdmin)),
      isInUserNamespace: .init(facts.isInUserNamespace),
      memoryDevices: .init(facts.memoryDevices),
      ioports: .init(facts.ports.map(\.count)), iomem: .init(facts.memory.map(\.count)),
      memoryMap: .init(facts.memoryMap.map(\.count)),
      kernelConfiguration: .init(facts.kernelOptions.map { _ in true }))
    comparison = ComparisonEntry(probe.comparison)
    decision = DecisionEntry(ProbeDecision(probe), probe)
    notAddresses = facts.unreadablePaths.map { path in
      path.split(separator: "/").last.map(String.init) ?? path
    }
  }

  /// A fact: `state` is `known`, `absent` or `failed`.
  struct FactEntry<Value: Encodable & Sendable>: Encodable, Sendable {
    let state: String
    var value: Value?
    var path: String?
    var call: String?
    var error: String?

    init(_ fact: Fact<Value>) {
      switch fact {
      case .known(let value):
        state = "known"
        self.value = value
      case .absent(let path):
        state = "absent"
        self.path = path
      case .failed(let failure):
        state = "failed"
        path = failure.subject
        call = failure.call
        error = failure.cause.name
      }
    }
  }

  struct HypervisorEntry: Encodable, Sendable {
    struct Interface: Encodable, Sendable {
      let base: String
      let maximumLeaf: String
      let signature: String
      let name: String?
    }

    let state: String
    var verdict: String?
    var name: String?
    var signature: String?
    var interfaces: [Interface] = []
    var hint: String?
    var decision: String?
    var isGuest: Bool?
    var error: String?

    init(_ probe: Probe) {
      switch probe.hypervisor {
      case .known(let detection):
        state = "known"
        verdict = detection.verdict.kind
        name = detection.verdict.name
        interfaces = detection.interfaces.map {
          Interface(
            base: address($0.base), maximumLeaf: address($0.maximumLeaf),
            signature: "\($0.signature)", name: $0.hypervisor.map { "\($0.name)" })
        }
        if case .unknown(let signature) = detection.verdict { self.signature = "\(signature)" }
      case .absent(let name):
        state = "absent"
        error = "the record has no \(name)"
      case .failed(let failure):
        state = "failed"
        error = "\(failure)"
      }
      hint = probe.hint
      decision = probe.decision.value?.word
      isGuest = probe.decision.value?.isGuest
    }
  }

  /// Why ECAM must not be touched first; without a `name` nothing restricts it.
  struct RestrictionEntry: Encodable, Sendable {
    let name: String?
    let kind: String?
    let evidence: [String]
    let remedy: String?

    init(_ restriction: MachineRestriction) {
      name = restriction.word
      kind = restriction.kind
      evidence = restriction.evidence
      remedy = restriction.remedy
    }
  }

  struct ComparisonEntry: Encodable, Sendable {
    let agreeing: [String]
    let differing: [String]
    let causes: [String]
    let remedies: [String]

    init(_ comparison: MechanismComparison) {
      agreeing = comparison.agreeing.map(\.description)
      differing = comparison.differing.map(\.description)
      causes = comparison.causes
      remedies = comparison.remedies
    }
  }

  /// What the default policy chooses; `obstacle` says why nothing.
  struct DecisionEntry: Encodable, Sendable {
    struct Choice: Encodable, Sendable {
      let mechanism: String
      let base: String?
      let functions: [String]
      let reasons: [String]

      init(_ choice: ProbeDecision.Choice) {
        mechanism = choice.decision.mechanism.word
        base = choice.decision.mechanism.base
        functions = choice.functions.map(\.description)
        reasons = choice.decision.reasons.map(\.description)
      }
    }

    let policy: String
    let conventional: [Choice]
    let extended: [Choice]
    let obstacle: String?
    let notes: [String]

    init(_ decision: ProbeDecision, _ probe: Probe) {
      notes = probe.notes(on: (decision.conventional + decision.extended).map(\.decision))
      policy = "\(decision.policy.name)"
      conventional = decision.conventional.map(Choice.init)
      extended = decision.extended.map(Choice.init)
      obstacle = decision.obstacle
    }
  }

  struct ModeEntry: Encodable, Sendable {
    let mode: String
    let conventional: String
    let extended: String
    let evidence: [String]
    let causes: [String]
    let remedies: [String]

    init(_ report: AccessModeReport) {
      mode = report.mode.rawValue
      conventional = report.conventional.rawValue
      extended = report.extended.rawValue
      evidence = report.evidence
      causes = report.causes
      remedies = report.remedies
    }
  }

  struct KernelEntry: Encodable, Sendable {
    struct Access: Encodable, Sendable {
      let mechanism: String
      let certainty: String
      let evidence: [String]

      init(_ access: KernelAccess) {
        mechanism = access.mechanism.rawValue
        certainty = access.certainty.rawValue
        evidence = access.evidence
      }
    }

    let conventional: Access
    let extended: Access
  }

  struct ECAMEntry: Encodable, Sendable {
    struct Window: Encodable, Sendable {
      let base: String
      let segment: UInt32
      let startBus: UInt8
      let endBus: UInt8
      let firstAddress: String
      let lastAddress: String
      let vouchedFor: Bool
      let overlapsMemory: Bool
      let vouchers: [VoucherEntry]
    }

    struct VoucherEntry: Encodable, Sendable {
      let kind: String
      let text: String
    }

    let regions: [Window]
    let kernelResources: [String]
    let mcfg: FactEntry<Int>
    let remarks: [String]

    init(_ windows: ECAMWindows) {
      regions = windows.windows.map { window in
        let region = window.region
        return Window(
          base: address(region.base), segment: region.segment,
          startBus: region.buses.lowerBound, endBus: region.buses.upperBound,
          firstAddress: address(region.addresses.lowerBound),
          lastAddress: address(region.addresses.upperBound),
          vouchedFor: window.vouched.isVouchedFor,
          overlapsMemory: window.overlapsMemory,
          vouchers: window.vouchers.map { VoucherEntry(kind: $0.kind, text: $0.description) })
      }
      kernelResources = windows.kernelResources
      mcfg = FactEntry(windows.table.map(\.count))
      remarks = windows.remarks
    }
  }

  struct SystemEntry: Encodable, Sendable {
    let kernelRelease: FactEntry<String>
    let commandLinePCI: FactEntry<[String]>
    let iomemRelaxed: FactEntry<Bool>
    let lockdown: FactEntry<String>
    let user: FactEntry<UInt32>
    let hasRawIO: FactEntry<Bool>
    let hasAdmin: FactEntry<Bool>
    let isInUserNamespace: FactEntry<Bool>
    let memoryDevices: FactEntry<[String]>
    let ioports: FactEntry<Int>
    let iomem: FactEntry<Int>
    let memoryMap: FactEntry<Int>
    let kernelConfiguration: FactEntry<Bool>
  }
}

extension Voucher {
  /// The kind in one word, for programs.
  fileprivate var kind: String {
    switch self {
    case .mcfg: "mcfg"
    case .kernel: "kernel"
    case .memoryMap: "e820"
    case .reserved: "iomem-reserved"
    case .motherboard: "acpi-motherboard"
    case .hostBridge: "host-bridge"
    }
  }
}

private func address(_ value: some BinaryInteger) -> String {
  "0x" + hexadecimal(value, digits: 8)
}
