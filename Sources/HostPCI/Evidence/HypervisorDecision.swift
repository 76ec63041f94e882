import LinuxHost
import PCIConfig

/// Whether a machine is a guest, and of what: decided by what its processor says and, where that
/// is silent or known to mislead, by what its firmware and kernel say.
public struct HypervisorDecision: Equatable, Sendable {
  /// The decision.
  public enum Verdict: Equatable, Sendable {
    /// Nothing tells of a hypervisor.
    case bareMetal
    /// A guest of this hypervisor.
    case guest(of: Hypervisor)
    /// A guest on a product that runs on several hypervisors, and this one hides: `qemu`, `bochs`.
    case virtualMachine(String)
    /// What runs the hypervisor's host: Hyper-V's root partition, Xen's domain 0.
    case host(of: Hypervisor)
    /// A guest of something that is not in the table.
    case unknown(HypervisorSignature)
    /// A guest of something that gives no name.
    case unnamed
  }

  /// The decision.
  public let verdict: Verdict
  /// What it rests on, in the order in which it was asked, each a sentence for a reader.
  public let reasons: [String]
  /// Whether the firmware or the kernel decided, and not the processor.
  public let overridesProcessor: Bool

  /// What else than CPUID tells of a hypervisor.
  struct Hints: Equatable, Sendable {
    /// The firmware's strings.
    var firmware = FirmwareStrings([])
    /// Whether the SMBIOS tables say that they describe a virtual machine; `nil` where they
    /// cannot be read.
    var isDescribedAsVirtual: Bool?
    /// Whether the kernel runs on Xen, and whether as its domain 0.
    var xen: XenRole?
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - detection: What the processor says; `nil` where it could not be asked.
  ///   - hints: What else there is.
  /// - Returns: `nil` where the processor could not be asked and nothing else tells.
  init?(_ detection: HypervisorDetection?, _ hints: Hints) {
    var reasons = detection?.reasons ?? []
    if hints.xen == .domain0 {
      reasons.append("/proc/xen/capabilities has control_d: this is Xen's domain 0")
      self.init(.host(of: .xen), reasons, overridesProcessor: true)
      return
    }
    let product = hints.firmware.product
    switch detection?.verdict {
    case .guest(let hypervisor):
      // They answer as KVM or as Hyper-V, so that their guests use drivers that exist.
      if hypervisor == .kvm || hypervisor == .hyperV, let product,
        let other = product.hypervisor, other == .virtualBox || other == .parallels
      {
        reasons.append("\(product.evidence): it shows the signature of another one")
        self.init(.guest(of: other), reasons, overridesProcessor: true)
      } else {
        self.init(.guest(of: hypervisor), reasons)
      }
    case .host(let hypervisor): self.init(.host(of: hypervisor), reasons)
    case .unknown(let signature):
      if let product { reasons.append(product.evidence) }
      self.init(.unknown(signature), reasons)
    case .unnamed:
      if let product { reasons.append(product.evidence) }
      self.init(.unnamed, reasons)
    case .bareMetal, nil:
      if hints.xen == .guest {
        reasons.append("/sys/hypervisor/type is \"xen\"")
        self.init(.guest(of: .xen), reasons, overridesProcessor: true)
      } else if let product,
        !product.isAmbiguous || hints.isDescribedAsVirtual ?? (detection == nil)
      {
        reasons.append(
          product.evidence
            + (detection == nil ? "" : ": a virtual machine whose hypervisor hides from CPUID"))
        self.init(
          product.hypervisor.map { .guest(of: $0) } ?? .virtualMachine(product.name), reasons,
          overridesProcessor: true)
      } else if hints.isDescribedAsVirtual == true {
        reasons.append("SMBIOS says that it describes a virtual machine")
        self.init(.unnamed, reasons, overridesProcessor: true)
      } else if detection != nil {
        self.init(.bareMetal, reasons)
      } else {
        return nil
      }
    }
  }

  private init(_ verdict: Verdict, _ reasons: [String], overridesProcessor: Bool = false) {
    self.verdict = verdict
    self.reasons = reasons
    self.overridesProcessor = overridesProcessor
  }

  /// Whether the machine is a guest; a hypervisor's host counts as bare metal.
  public var isGuest: Bool {
    switch verdict {
    case .bareMetal, .host: false
    case .guest, .virtualMachine, .unknown, .unnamed: true
    }
  }

  /// The decision in one word: the name of the hypervisor that the machine is a guest of, the
  /// product where that is all there is, `unknown`, `unnamed`, or `none`.
  public var word: String {
    switch verdict {
    case .bareMetal, .host: "none"
    case .guest(of: let hypervisor): "\(hypervisor.name)"
    case .virtualMachine(let product): product
    case .unknown: "unknown"
    case .unnamed: "unnamed"
    }
  }
}

extension HypervisorDecision {
  /// Decides for a machine.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - detection: What its processor says.
  /// - Returns: The decision; what is missing where the processor cannot be asked and neither the
  ///   firmware's strings nor the kernel name a hypervisor.
  static func decide(
    on host: Host, _ detection: Fact<HypervisorDetection>
  ) -> Fact<HypervisorDecision> {
    let hints = Hints(
      firmware: FirmwareStrings(host.firmwareStrings()),
      isDescribedAsVirtual: host.isDescribedAsVirtual(), xen: host.xenRole())
    if let decision = HypervisorDecision(detection.value, hints) { return .known(decision) }
    switch detection {
    case .failed(let failure): return .failed(failure)
    case .absent(let name): return .absent(name)
    case .known: preconditionFailure("what the processor says is always a decision")
    }
  }

  /// Decides for a machine, and asks its processor.
  ///
  /// - Parameter host: The machine.
  public static func decide(on host: Host) -> Fact<HypervisorDecision> {
    decide(on: host, host.hypervisor())
  }
}

extension HypervisorDetection {
  /// What the processor said, for a reader.
  package var reasons: [String] {
    guard !interfaces.isEmpty else { return ["CPUID.1:ECX[31] is clear"] }
    var reasons = interfaces.map { interface in
      let signature = interface.signature.isEmpty ? "no signature" : "\"\(interface.signature)\""
      return "CPUID leaf 0x\(hexadecimal(interface.base, digits: 8)): \(signature)"
    }
    if case .host = verdict, let base = interfaces.last(where: { $0.hypervisor != nil })?.base {
      reasons.append(
        "CPUID leaf 0x\(hexadecimal(base + 3, digits: 8)): EBX bit 12, CpuManagement, is set: "
          + "this is the root partition, which counts as bare metal")
    }
    return reasons
  }
}
