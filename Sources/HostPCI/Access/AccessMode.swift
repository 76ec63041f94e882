/// A way for a program into configuration space.
public enum AccessMode: String, CaseIterable, Sendable {
  /// The `config` files below `/sys/bus/pci/devices`.
  case sysfs
  /// The files below `/proc/bus/pci`.
  case procfs
  /// Configuration mechanism #1 through the ports 0xCF8 to 0xCFF.
  case mechanism1 = "conf1"
  /// ECAM through `/dev/mem`.
  case ecam

  /// The name for a reader.
  public var title: String {
    switch self {
    case .sysfs: "sysfs"
    case .procfs: "procfs"
    case .mechanism1: "mechanism 1 (ports)"
    case .ecam: "ECAM (/dev/mem)"
    }
  }
}

/// Whether registers can be read in a mode.
public enum Availability: String, Sendable {
  /// They can.
  case works
  /// Only registers 0x00 to 0x3f can.
  case headerOnly = "header-only"
  /// The system refuses.
  case refused
  /// It was tried and does not answer rightly, or what it needs is missing.
  case missing
  /// The mode cannot reach such registers anywhere.
  case outOfReach = "out-of-reach"
  /// There is nothing to read: no function, or none with such registers.
  case nothingThere = "nothing-there"
  /// Nobody tried: a record does not tell, or it was not safe.
  case unknown

  /// The words for a reader.
  public var title: String {
    switch self {
    case .works: "works"
    case .headerOnly: "0x00-0x3f only"
    case .refused: "refused"
    case .missing: "does not work"
    case .outOfReach: "out of reach"
    case .nothingThere: "nothing there"
    case .unknown: "not known"
    }
  }
}

/// What was found out about one mode.
public struct AccessModeReport: Equatable, Sendable {
  /// The mode.
  public let mode: AccessMode
  /// Registers 0x00 to 0xff.
  public let conventional: Availability
  /// Registers 0x100 to 0xfff.
  public let extended: Availability
  /// What was tried and what the system answered, in order.
  public let evidence: [String]
  /// Why, where it does not work.
  public let causes: [String]
  /// What would help, the simplest first; empty where nothing is wrong or nothing helps.
  public let remedies: [String]
}
