import LinuxHost
import PCIConfig

/// Every register of a machine's functions, read through all modes that work and compared; and what
/// the ACPI table MCFG claims, against what the machine shows otherwise.
public struct Verification: Sendable {
  /// The record that was looked at; `nil` for this machine.
  public let record: Host.Record?
  /// The functions, ascending.
  public let functions: [FunctionVerification]
  /// The ECAM regions, with what vouches for each.
  public let regions: [ECAMWindow]
  /// The functions that differ through ECAM and that mechanism 1 keeps, ascending.
  public let pinned: [FunctionAddress]
  /// What was found: first the table and the regions, then function by function.
  public let findings: [VerificationFinding]
  /// What could not be compared, a sentence each.
  public let notCompared: [String]
  /// How many registers of 4 bytes the functions have, as far as the kernel's files tell.
  public let knownCount: Int
  /// The modes that were named and did not read a single function.
  public let missedModes: [AccessMode]
  /// The policy that was named, where nothing was read through what it selects.
  public let missedPolicy: AccessPolicy?

  /// Looks at a machine.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - modes: What is read past the kernel's files on the live machine:
  ///     ``AccessMode/mechanism1``, ``AccessMode/ecam``. What a record holds is always used.
  ///   - policy: A policy whose selection is compared with the kernel's files, in place of `modes`.
  public init(
    _ host: Host, including modes: Set<AccessMode> = [], policy: AccessPolicy? = nil
  ) {
    let probe = Probe(host, rawAccess: policy?.rawAccess ?? .none)
    let reading = VerificationReading(host, probe, modes, policy: policy)
    let known = probe.facts.functions.value ?? []
    let functions = known.map { FunctionVerification($0.address, reading.readers(of: $0)) }
    record = host.record
    self.functions = functions
    regions = probe.ecam.windows
    let table = MCFGVerification(host, probe)
    let mechanism1Stands = probe.kernelConventional.usesMechanism1
    pinned =
      mechanism1Stands
      ? functions.filter { $0.address.segment == 0 && $0.differsThroughECAM }.map(\.address) : []
    findings =
      table.findings + reading.regionFindings(functions) + reading.silenceFindings(functions)
      + functions.flatMap { $0.findings(mechanism1Stands: mechanism1Stands) }
    notCompared = reading.notCompared(functions) + table.notJudged
    // What cannot be read has 256 bytes at least.
    knownCount = known.reduce(0) { count, function in
      let size = function.configSize.value ?? 0
      return count + (size > 0 ? size : 256) / 4
    }
    missedPolicy = functions.contains { $0.modes.contains(where: \.isRaw) } ? nil : policy
    missedModes = AccessMode.allCases.filter { mode in
      modes.contains(mode) && !functions.contains { $0.modes.contains(mode) }
    }
  }

  /// Whether there is a finding that is more than a note.
  public var hasFault: Bool { findings.contains { $0.severity != .note } }

  /// How many registers were read through two modes.
  public var comparedCount: Int {
    functions.reduce(0) { $0 + $1.identicalCount + $1.volatile.count + $1.different.count }
  }

  /// Whether a register was read through two modes.
  public var hasCompared: Bool {
    functions.contains { $0.comparisons.contains { $0.compared > 0 } || !$0.volatile.isEmpty }
  }
}
