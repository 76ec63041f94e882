import LinuxHost
import PCIConfig

/// Whether registers can be read in a mode.
public enum Availability: String, Sendable {
  /// They can.
  case works
  /// Only registers 0x00 to 0x3f can.
  case headerOnly = "header-only"
  /// The system refuses.
  case refused
  /// It was tried and the answer is wrong, or what it needs is missing.
  case missing
  /// The mode cannot reach such registers anywhere.
  case outOfReach = "out-of-reach"
  /// There is nothing to read: no function, or none with such registers.
  case nothingThere = "nothing-there"
  /// It was not tried: the record does not hold the answer, or it was not safe.
  case unknown
  /// It was not requested.
  case notTried = "not-tried"

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
    case .notTried: "not tried"
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

extension AccessModeReport {
  /// A mode past the kernel's interfaces that was not requested.
  static func notRequested(_ mode: AccessMode) -> AccessModeReport {
    AccessModeReport(
      mode: mode, conventional: .notTried,
      extended: mode == .mechanism1 ? .outOfReach : .notTried,
      evidence: [], causes: ["not requested"], remedies: ["as root: --raw \(mode.rawValue)"])
  }

  /// No region can be tried: there is none, or only root may see it.
  static func noRegion(
    _ host: Host, _ facts: SystemFacts, _ windows: ECAMWindows
  ) -> AccessModeReport {
    var evidence = windows.remarks
    switch windows.table {
    case .failed(let failure): evidence.append("\(failure)")
    case .absent(let path): evidence.append("\(path) does not exist")
    case .known: break
    }
    evidence += windows.kernelResources.map { "/proc/iomem: \($0)" }
    func report(
      _ availability: Availability, _ causes: [String], _ remedies: [String]
    ) -> AccessModeReport {
      AccessModeReport(
        mode: .ecam, conventional: availability, extended: availability, evidence: evidence,
        causes: causes, remedies: remedies)
    }
    guard !windows.kernelResources.isEmpty || windows.table.failure != nil else {
      let isUnrecorded = !host.tells(of: "/proc/iomem") && facts.memory.value == nil
      return isUnrecorded
        ? report(.unknown, ["the record does not hold ECAM regions"], [])
        : report(.missing, ["no ECAM region found"], [])
    }
    let memory = host.askMemory()
    evidence.append(memory.description)
    if let failure = memory.answer.failure {
      let refusal = AccessDiagnosis.ofMemory(failure, facts)
      return report(refusal.isMissing ? .missing : .refused, refusal.causes, refusal.remedies)
    }
    return report(
      .refused, ["only root may see where the ECAM region is"],
      ["run it as root (sudo)"])
  }
}
