/// A kind of guest whose memory the host cannot read.
public enum ConfidentialGuest: UInt8, CaseIterable, Sendable {
  /// AMD Secure Encrypted Virtualization.
  case sev
  /// SEV with encrypted state (SEV-ES).
  case sevES
  /// SEV with secure nested paging (SEV-SNP).
  case sevSNP
  /// Intel Trust Domain Extensions.
  case tdx

  /// The name that the specification gives it.
  public var name: StaticString {
    switch self {
    case .sev: "SEV"
    case .sevES: "SEV-ES"
    case .sevSNP: "SEV-SNP"
    case .tdx: "TDX"
    }
  }

  /// Reads SEV_STATUS, which says what is active in a guest, not what the processor could do
  /// (AMD64 Architecture Programmer's Manual, volume 2, 15.34.10).
  ///
  /// - Parameter sevStatus: The value of MSR 0xC0010131.
  /// - Returns: `nil` where none is active.
  public init?(sevStatus: UInt64) {
    if sevStatus >> 2 & 1 == 1 {
      self = .sevSNP
    } else if sevStatus >> 1 & 1 == 1 {
      self = .sevES
    } else if sevStatus & 1 == 1 {
      self = .sev
    } else {
      return nil
    }
  }

  /// The number of MSR SEV_STATUS.
  public static let sevStatusRegister: UInt32 = 0xC001_0131
}

/// What a processor says about the encryption of its guest's memory.
public enum ConfidentialDetection: Equatable, Sendable {
  /// No hypervisor shows itself, or the processor offers nothing of the kind.
  case notOffered
  /// A confidential guest; CPUID says so by this leaf.
  case guest(ConfidentialGuest, leaf: UInt32)
  /// CPUID offers SEV, as it also does in the guests of some that run without it: only SEV_STATUS
  /// tells (``ConfidentialGuest/init(sevStatus:)``).
  case offersSEV

  /// Asks a processor.
  ///
  /// - TDX names itself in leaf 0x21 (Intel TDX Module Base Architecture Specification, 348549).
  /// - Hyper-V hides SEV-SNP and TDX behind a paravisor, and tells of them in its isolation
  ///   configuration, leaf 0x4000000C (Hypervisor Top-Level Functional Specification, 2.4).
  /// - Leaf 0x8000001F says what the processor offers (AMD64 Architecture Programmer's Manual,
  ///   volume 3, E.4.17). A host that could run such guests shows it, too: it counts only where
  ///   CPUID.1:ECX[31] is set.
  ///
  /// - Parameter cpuid: The processor.
  public init(_ cpuid: some CPUIDSource) {
    self = .notOffered
    guard cpuid.cpuid(leaf: 1, subleaf: 0).ecx >> 31 == 1 else { return }
    if cpuid.cpuid(leaf: 0, subleaf: 0).eax >= Self.tdxLeaf {
      let leaf = cpuid.cpuid(leaf: Self.tdxLeaf, subleaf: 0)
      // "IntelTDX    " in EBX, EDX, ECX
      if leaf.ebx == 0x6574_6E49 && leaf.edx == 0x5844_546C && leaf.ecx == 0x2020_2020 {
        self = .guest(.tdx, leaf: Self.tdxLeaf)
        return
      }
    }
    if let kind = Self.isolation(cpuid) {
      self = .guest(kind, leaf: Self.hyperVBase + Self.isolationConfiguration)
    } else if cpuid.cpuid(leaf: 0x8000_0000, subleaf: 0).eax >= Self.encryptionLeaf,
      cpuid.cpuid(leaf: Self.encryptionLeaf, subleaf: 0).eax >> 1 & 1 == 1
    {
      self = .offersSEV
    }
  }

  private static let tdxLeaf: UInt32 = 0x21
  private static let encryptionLeaf: UInt32 = 0x8000_001F
  private static let hyperVBase: UInt32 = 0x4000_0000
  private static let isolationConfiguration: UInt32 = 0xC

  private static func isolation(_ cpuid: some CPUIDSource) -> ConfidentialGuest? {
    let interface = HypervisorInterface(
      base: hyperVBase, registers: cpuid.cpuid(leaf: hyperVBase, subleaf: 0))
    guard interface.hypervisor == .hyperV,
      let privileges = interface.leaf(3, of: cpuid)?.ebx, privileges >> 22 & 1 == 1,
      let configuration = interface.leaf(UInt8(isolationConfiguration), of: cpuid)?.ebx
    else { return nil }
    switch configuration & 0xF {
    case 2: return .sevSNP
    case 3: return .tdx
    default: return nil
    }
  }
}
