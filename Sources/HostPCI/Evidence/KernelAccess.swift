import LinuxHost
import PCIConfig

/// How the kernel itself accesses a part of configuration space, and how sure that is.
public struct KernelAccess: Equatable, Sendable {
  /// A mechanism of the kernel.
  public enum Mechanism: String, Sendable {
    /// No access at all.
    case none
    /// Configuration mechanism #1.
    case mechanism1 = "conf1"
    /// Configuration mechanism #2.
    case mechanism2 = "conf2"
    /// ECAM.
    case ecam
    /// Mechanism 1 with register bits 11:8 in bits 27:24 of CONFIG_ADDRESS, as AMD has it from
    /// family 10h on.
    case mechanism1Extended = "conf1-extended"
    /// Neither of them: a paravirtual host bridge or one with its own window.
    case other
    /// It cannot be told.
    case unknown

    /// The words for a reader.
    public var title: String {
      switch self {
      case .none: "no access"
      case .mechanism1: "mechanism 1"
      case .mechanism2: "mechanism 2"
      case .ecam: "ECAM"
      case .mechanism1Extended: "mechanism 1 with AMD's extension"
      case .other: "something of its own"
      case .unknown: "not known"
      }
    }
  }

  /// How sure the answer is.
  public enum Certainty: String, Sendable {
    /// The kernel says so itself.
    case certain
    /// It follows from what Linux does with such facts.
    case likely
    /// The facts that would tell are missing.
    case unknown
  }

  /// Whether it is mechanism 1, with or without AMD's extension.
  var usesMechanism1: Bool { mechanism == .mechanism1 || mechanism == .mechanism1Extended }

  /// The mechanism.
  public let mechanism: Mechanism
  /// How sure that is.
  public let certainty: Certainty
  /// What it rests on, in order.
  public let evidence: [String]

  /// Creates an answer.
  public init(mechanism: Mechanism, certainty: Certainty, evidence: [String]) {
    self.mechanism = mechanism
    self.certainty = certainty
    self.evidence = evidence
  }
}

/// How the kernel accesses registers, as `arch/x86/pci/common.c` of Linux chooses: its base
/// operations for segment 0 below 256 where it has any, else its extended ones.
struct KernelAccessReader {
  private let facts: SystemFacts
  private let windows: ECAMWindows
  private let host: Host
  private let ports: [Resource]?
  private let options: [String]

  init(_ host: Host, _ facts: SystemFacts, _ windows: ECAMWindows) {
    self.facts = facts
    self.windows = windows
    self.host = host
    ports = facts.ports.value
    options = facts.commandLine.value?.pci ?? []
  }

  private var isOff: KernelAccess? {
    guard options.contains("off") else { return nil }
    return KernelAccess(
      mechanism: .none, certainty: .certain, evidence: ["/proc/cmdline: pci=off"])
  }

  private var hasNoFunctions: Bool {
    facts.functions.value?.isEmpty ?? host.tells(of: "/sys/bus/pci/devices")
  }

  private var kernelRegions: [String] { windows.kernelResources.map { "/proc/iomem: \($0)" } }

  /// Segment 0, registers 0x00 to 0xff.
  var conventional: KernelAccess {
    if let isOff { return isOff }
    for (name, mechanism) in [
      ("PCI conf1", KernelAccess.Mechanism.mechanism1), ("PCI conf2", .mechanism2),
    ] where ports?.contains(where: { $0.name == name }) == true {
      return KernelAccess(
        mechanism: mechanism, certainty: .certain, evidence: ["/proc/ioports: \(name)"])
    }
    guard ports != nil else { return unreadable("/proc/ioports", facts.ports.failure) }
    let missing = "/proc/ioports: neither PCI conf1 nor PCI conf2"
    if !windows.kernelResources.isEmpty {
      return KernelAccess(
        mechanism: .ecam, certainty: .likely, evidence: [missing] + kernelRegions)
    }
    if hasNoFunctions {
      return KernelAccess(
        mechanism: .none, certainty: .likely, evidence: [missing, "the kernel has no PCI function"])
    }
    return KernelAccess(
      mechanism: .other, certainty: .likely,
      evidence: [
        missing, "/proc/iomem: no PCI ECAM", "the kernel has PCI functions all the same",
      ])
  }

  /// Registers 0x100 to 0xfff, and every register of segments other than 0.
  var extended: KernelAccess {
    if let isOff { return isOff }
    let sizes = self.sizes
    if !windows.kernelResources.isEmpty {
      return KernelAccess(
        mechanism: .ecam, certainty: .certain, evidence: kernelRegions + [sizes.sentence])
    }
    guard facts.memory.value != nil || sizes.extended > 0 else {
      if !host.tells(of: "/proc/iomem") || !hasNoFunctions {
        return unreadable("/proc/iomem", facts.memory.failure)
      }
      return KernelAccess(
        mechanism: .none, certainty: .likely, evidence: ["the kernel has no PCI function"])
    }
    var evidence = facts.memory.value == nil ? [] : ["/proc/iomem: no PCI ECAM"]
    if options.contains("nommconf") { evidence.append("/proc/cmdline: pci=nommconf") }
    if !sizes.areKnown {
      return KernelAccess(
        mechanism: facts.memory.value == nil ? .unknown : .none,
        certainty: facts.memory.value == nil ? .unknown : .likely,
        evidence: evidence + [sizes.sentence])
    }
    evidence.append(sizes.sentence)
    guard sizes.extended > 0 else {
      return KernelAccess(mechanism: .none, certainty: .likely, evidence: evidence)
    }
    let inSegment0 = sizes.extendedInSegment0 > 0
    if inSegment0 && facts.memory.value == nil {
      return KernelAccess(mechanism: .unknown, certainty: .unknown, evidence: evidence)
    }
    if !inSegment0 { evidence.append("all of them in segments of their own, such as Intel VMD's") }
    return KernelAccess(
      mechanism: inSegment0 && conventional.mechanism == .mechanism1 ? .mechanism1Extended : .other,
      certainty: .likely, evidence: evidence)
  }

  private struct Sizes {
    var areKnown = false
    var functions = 0
    var extended = 0
    var extendedInSegment0 = 0

    var sentence: String {
      guard functions > 0 else { return "no function's config file tells a size" }
      guard areKnown else { return "the record does not hold whole config files" }
      return "\(extended) of \(functions) config files have 4096 bytes"
    }
  }

  private var sizes: Sizes {
    var sizes = Sizes()
    for function in facts.functions.value ?? [] {
      guard let size = function.configSize.value else { continue }
      sizes.functions += 1
      if size >= 256 { sizes.areKnown = true }
      guard size >= 4096 else { continue }
      sizes.extended += 1
      if function.address.segment == 0 { sizes.extendedInSegment0 += 1 }
    }
    return sizes
  }

  private func unreadable(_ path: String, _ failure: SystemFailure?) -> KernelAccess {
    let why =
      failure.map { "\($0)" }
      ?? (host.tells(of: path) ? "\(path) is not there" : "\(path) is not in the record")
    return KernelAccess(mechanism: .unknown, certainty: .unknown, evidence: [why])
  }
}
