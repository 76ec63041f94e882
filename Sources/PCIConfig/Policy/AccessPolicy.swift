/// A rule that chooses how configuration space is reached.
public enum AccessPolicy: UInt8, CaseIterable, Sendable {
  /// What Linux does: mechanism 1 for segment 0 and registers below 256 where it answers, else
  /// ECAM.
  case linux
  /// What the patch "x86/PCI: Prefer MMIO over PIO on all hypervisor" of 2022 does: on a hypervisor
  /// ECAM for everything it covers, on bare metal as Linux.
  case preferECAM
  /// As ``preferECAM``, but only where ECAM is vouched for and agrees with mechanism 1, function by
  /// function.
  case verified
  /// Mechanism 1 only.
  case mechanism1
  /// ECAM only.
  case ecam

  /// The policy where none is named.
  public static let `default` = AccessPolicy.verified

  /// One word in lower case, for options and reports.
  public var name: StaticString {
    switch self {
    case .linux: "linux"
    case .preferECAM: "prefer-ecam"
    case .verified: "verified"
    case .mechanism1: "conf1"
    case .ecam: "ecam"
    }
  }
}
