/// What is known of a machine when a mechanism is chosen.
public struct AccessFacts: Equatable, Sendable {
  /// Why ECAM must not be touched first.
  public enum Restriction: UInt8, Sendable {
    /// Memory is encrypted (SEV, TDX): an access that is not mapped as shared may fault.
    case confidentialGuest
    /// The processor offers SEV, and nothing tells whether it is active.
    case possiblyConfidentialGuest
    /// A paravirtualised Xen guest or dom0, whose memory the hypervisor maps.
    case xenParavirtual
  }

  /// Whether both mechanisms show the same function.
  public enum Agreement: UInt8, Sendable {
    /// The registers that identify the function are the same.
    case agrees
    /// They differ.
    case differs
    /// Nobody has compared them.
    case notCompared
  }

  /// What the processor says about the hypervisor.
  public var hypervisor: HypervisorDetection.Verdict
  /// Whether configuration mechanism #1 answers.
  public var mechanism1Answers: Bool
  /// The ECAM regions that are known.
  public var regions: [VouchedRegion]
  /// The year of the firmware, where it is known; Linux takes an unknown one for an old one.
  public var firmwareYear: UInt16?
  /// The issuer of the table that lists regions, as Linux looks at it.
  public var mcfgIssuer: MCFG.Issuer
  /// Whether Linux was told to leave ECAM alone, as by `pci=nommconf`.
  public var linuxLeavesECAM: Bool
  /// Why ECAM must not be touched first, or `nil`.
  public var restriction: Restriction?
  /// The buses that the kernel reaches through ECAM regions whose addresses are not known.
  public var hiddenRegions: [HiddenECAMRegion]
  /// The functions that show the same through both mechanisms.
  public var agreeing: FunctionSet
  /// The functions that do not.
  public var differing: FunctionSet

  /// Creates facts of a machine of which little is known.
  public init(
    hypervisor: HypervisorDetection.Verdict, mechanism1Answers: Bool,
    regions: [VouchedRegion] = [], firmwareYear: UInt16? = nil,
    mcfgIssuer: MCFG.Issuer = .init(), linuxLeavesECAM: Bool = false,
    restriction: Restriction? = nil, hiddenRegions: [HiddenECAMRegion] = [],
    agreeing: FunctionSet = [], differing: FunctionSet = []
  ) {
    self.hypervisor = hypervisor
    self.mechanism1Answers = mechanism1Answers
    self.regions = regions
    self.firmwareYear = firmwareYear
    self.mcfgIssuer = mcfgIssuer
    self.linuxLeavesECAM = linuxLeavesECAM
    self.restriction = restriction
    self.hiddenRegions = hiddenRegions
    self.agreeing = agreeing
    self.differing = differing
  }

  /// Whether both mechanisms show the same function.
  public func agreement(of function: FunctionAddress) -> Agreement {
    if differing.contains(function) { return .differs }
    return agreeing.contains(function) ? .agrees : .notCompared
  }

  /// Whether this machine is a guest of a hypervisor.
  public var isGuest: Bool {
    switch hypervisor {
    case .bareMetal, .host: false
    case .guest, .unknown, .unnamed: true
    }
  }
}
