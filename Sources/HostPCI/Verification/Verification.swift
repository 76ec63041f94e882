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
  /// The modes that were named and did not read a single function.
  public let missedModes: [AccessMode]

  /// Looks at a machine.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - modes: What is read past the kernel's files on the live machine:
  ///     ``AccessMode/mechanism1``, ``AccessMode/ecam``. What a record holds is always used.
  public init(_ host: Host, including modes: Set<AccessMode> = []) {
    let probe = Probe(host, rawAccess: .none)
    let reading = VerificationReading(host, probe, modes)
    let known = probe.facts.functions.value ?? []
    let functions = known.map { FunctionVerification($0.address, reading.readers(of: $0)) }
    record = host.record
    self.functions = functions
    regions = probe.ecam.windows
    let table = MCFGVerification(host, probe)
    let mechanism1Stands =
      probe.kernelConventional.mechanism == .mechanism1
      || probe.kernelConventional.mechanism == .mechanism1Extended
    pinned =
      mechanism1Stands
      ? functions.filter { $0.address.segment == 0 && $0.differsThroughECAM }.map(\.address) : []
    findings =
      table.findings + reading.regionFindings(functions)
      + functions.flatMap { $0.findings(mechanism1Stands: mechanism1Stands) }
    notCompared = reading.notCompared(functions) + table.notJudged
    missedModes = AccessMode.allCases.filter { mode in
      modes.contains(mode) && !functions.contains { $0.modes.contains(mode) }
    }
  }

  /// Whether there is a finding that is more than a note.
  public var hasFault: Bool { findings.contains { $0.severity != .note } }

  /// Whether a register was read through two modes.
  public var hasCompared: Bool {
    functions.contains { $0.comparisons.contains { $0.compared > 0 } || !$0.volatile.isEmpty }
  }
}

/// How the functions of a machine are read.
private struct VerificationReading {
  let host: Host
  let probe: Probe
  let modes: Set<AccessMode>

  init(_ host: Host, _ probe: Probe, _ modes: Set<AccessMode>) {
    self.host = host
    self.probe = probe
    self.modes = modes
  }

  private func isMeant(_ mode: AccessMode) -> Bool {
    !host.isLive || modes.contains(mode)
  }

  /// The ways to a function's registers; those past the kernel only where it has power.
  func readers(of function: KnownFunction) -> [RegisterReader] {
    let address = function.address
    var readers = [
      RegisterReader(mode: .sysfs) { [host] in host.registers(in: [function.configPath]) },
      RegisterReader(mode: .procfs) { [host] in
        host.registers(in: host.procfsPaths(of: address))
      },
    ]
    guard host.isAwake(function) else { return readers }
    if isMeant(.mechanism1), mechanism1Objection == nil, address.segment == 0 {
      readers.append(
        RegisterReader(mode: .mechanism1) { [host] in
          host.mechanism1Registers(
            of: address, expected: host.doubleword(of: function, .vendorID).value)
        })
    }
    if isMeant(.ecam), let region = region(of: address) {
      let size = function.configSize.value ?? 0
      readers.append(
        RegisterReader(mode: .ecam) { [host] in
          host.ecamRegisters(of: address, in: region, count: size >= 4096 ? 1024 : 64)
        })
    }
    return readers
  }

  private var mechanism1Objection: String? {
    probe.facts.ports.value?.contains { $0.name == "PCI conf2" } == true
      ? "the kernel uses mechanism 2, which shares the port: not tried" : nil
  }

  /// The region that is read for a function: of those that may be touched the one that MCFG lists.
  private func region(of function: FunctionAddress) -> ECAMRegion? {
    let windows = probe.ecam.windows.filter {
      $0.region.segment == function.segment && $0.region.buses.contains(function.bus)
        && $0.objection(under: probe.restriction) == nil
    }
    return (windows.first { $0.vouchers.contains(.mcfg) } ?? windows.first)?.region
  }

  /// Regions of which no function answers with its identification.
  func regionFindings(_ functions: [FunctionVerification]) -> [VerificationFinding] {
    probe.ecam.windows.compactMap { window -> VerificationFinding? in
      let answers = functions.filter { region(of: $0.address) == window.region }
        .flatMap { function in function.comparisons.filter { $0.mode == .ecam } }
      guard !answers.isEmpty,
        answers.allSatisfy({ $0.differences.contains { $0.register == .vendorID } })
      else { return nil }
      return VerificationFinding(
        "ecam-does-not-answer", .error,
        "\(window.name): no function answers there with its vendor and device ID, of "
          + "\(answers.count) that were asked",
        advice: "do not use the region; boot with pci=nommconf if the kernel does")
    }
  }

  /// Why modes do not read functions, each cause once.
  func notCompared(_ functions: [FunctionVerification]) -> [String] {
    let known: [KnownFunction]
    switch probe.facts.functions {
    case .absent(let path): return ["\(path) does not exist: no function is known"]
    case .failed(let failure): return ["\(failure): no function is known"]
    case .known(let list) where list.isEmpty: return ["the kernel has no PCI function"]
    case .known(let list): known = list
    }
    var notes: [String] = []
    if let sysfs = probe.modes.first(where: { $0.mode == .sysfs }), !sysfs.causes.isEmpty {
      notes.append("sysfs: " + sysfs.causes.joined(separator: "; "))
    }
    for mode in AccessMode.allCases {
      let unread = functions.flatMap { function in
        function.unreadable.filter { $0.mode == mode }
      }
      if let first = unread.first {
        let number = counted(unread.count, "function")
        notes.append(
          (["\(mode.rawValue): \(number): \(first.cause)"] + help(first)).joined(
            separator: "; "))
      }
    }
    if !isMeant(.mechanism1) {
      notes.append("conf1: not asked for (--raw conf1)")
    } else if let mechanism1Objection {
      notes.append("conf1: \(mechanism1Objection)")
    }
    notes += isMeant(.ecam) ? ecamNotes : ["ecam: not asked for (--raw ecam)"]
    for function in known where !host.isAwake(function) {
      notes.append("\(function.address): has no power (D3cold): conf1 and ecam are not tried")
    }
    return notes
  }

  private var ecamNotes: [String] {
    guard !probe.ecam.windows.isEmpty else {
      return ["ecam: no region is known"] + probe.ecam.remarks.map { "ecam: \($0)" }
    }
    return probe.ecam.windows.compactMap { window in
      window.objection(under: probe.restriction).map { "ecam: \($0)" }
    }
  }

  private func help(_ unreadable: FunctionVerification.Unreadable) -> [String] {
    guard let failure = unreadable.failure else { return [] }
    switch unreadable.mode {
    case .mechanism1: return Refusal.ofPorts(failure, probe.facts).parts
    case .ecam: return Refusal.ofMemory(failure, probe.facts).parts
    case .sysfs, .procfs: return []
    }
  }
}

extension Refusal {
  fileprivate var parts: [String] { causes + remedies }
}
