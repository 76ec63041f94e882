import LinuxHost
import PCIConfig

/// A machine, and how its registers are accessed.
public struct HostAccess: Sendable {
  /// What was asked for.
  public enum Choice: Equatable, Sendable {
    /// The kernel's files: sysfs, and procfs where that is missing.
    case kernel
    /// One access mode alone.
    case mode(AccessMode)
    /// The mechanism that a policy chooses for each function and register.
    case policy(AccessPolicy)
    /// The registers of a dump.
    case dump
  }

  /// The machine.
  public let host: Host
  /// What was asked for.
  public let choice: Choice
  private let opener: Opener

  /// Where the space of a function comes from.
  private enum Opener: Sendable {
    case space(HostSpace)
    case ecam(UsableRegions)
    case selected(SelectedSpace<HostSpace, HostSpace>)
  }

  /// The mode that was asked for; `nil` where none was.
  public var mode: AccessMode? {
    guard case .mode(let mode) = choice else { return nil }
    return mode
  }

  /// The space in which a policy selects the mechanism; `nil` where none was asked for.
  var selectedSpace: HostSpace? {
    guard case .selected(let space) = opener else { return nil }
    return .selected(space)
  }

  /// Whether registers are accessed past the kernel's files.
  public var isRaw: Bool {
    switch choice {
    case .kernel, .dump: false
    case .mode(let mode): mode.isRaw
    case .policy: true
    }
  }

  /// Takes the kernel's files: sysfs, and procfs where that is missing.
  ///
  /// - Parameter host: The machine.
  public init(_ host: Host) {
    self.host = host
    choice = .kernel
    opener = .space(.files(KernelFiles(host)))
  }

  /// Takes one of the kernel's files, whether it is there or not.
  init(files mode: AccessMode, of host: Host) {
    self.host = host
    choice = .mode(mode)
    opener = .space(.files(KernelFiles(host, mode)))
  }

  /// Takes the registers of a dump.
  ///
  /// - Parameters:
  ///   - dump: The dump.
  ///   - path: The file that it was read from.
  public init(_ dump: ConfigurationDump, path: String) {
    host = Host(dump, path: path)
    choice = .dump
    opener = .space(.dump(DumpRegisters(dump)))
  }

  /// Takes one mode, and checks whether it can be used. Of a recording: whether the recorded
  /// machine refused it.
  ///
  /// On the live machine ``AccessMode/mechanism1`` reads the vendor and device ID of 00:00.0, and
  /// ``AccessMode/ecam`` maps a page of each region that has evidence, without reading it.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - mode: The mode; `nil` for sysfs, and procfs where that is missing.
  /// - Throws: ``AccessUnavailable``.
  public init(_ host: Host, _ mode: AccessMode?) throws(AccessUnavailable) {
    self.host = host
    choice = mode.map { .mode($0) } ?? .kernel
    switch mode {
    case nil: opener = .space(.files(KernelFiles(host)))
    case .sysfs, .procfs:
      try Self.requireFiles(host, mode == .procfs ? .procfs : .sysfs)
      opener = .space(.files(KernelFiles(host, mode)))
    case .mechanism1:
      try Self.requireMechanism1(host)
      opener = .space(HostSpace.mechanism1(on: host))
    case .ecam: opener = .ecam(try UsableRegions(host))
    }
  }

  /// Takes the mechanism that a policy chooses for each function and register.
  ///
  /// The mechanisms that it chooses for registers below 0x100 of the machine's functions must be
  /// usable. Nothing falls back on the kernel's files.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - policy: The policy.
  ///   - facts: What is known of the machine.
  ///   - functions: The machine's functions.
  /// - Throws: ``AccessUnavailable`` where a mechanism cannot be used.
  package init(
    _ host: Host, selecting policy: AccessPolicy, on facts: AccessFacts,
    functions: [FunctionAddress]
  ) throws(AccessUnavailable) {
    let space = SelectedSpace(
      policy, on: facts, mechanism1: HostSpace.mechanism1(on: host),
      ecam: { HostSpace.ecam(in: $0, on: host) })
    self.host = host
    choice = .policy(policy)
    opener = .selected(space)
    var needsMechanism1 = false
    var regions: [ECAMRegion] = []
    for function in functions {
      switch space.decision(for: function, 0x00).mechanism {
      case .mechanism1: needsMechanism1 = true
      case .ecam(let region): if !regions.contains(region) { regions.append(region) }
      case .hiddenECAM, .refused: break
      }
    }
    if needsMechanism1 { try Self.requireMechanism1(host) }
    for region in regions {
      guard let failure = host.askMap(region) else { continue }
      throw AccessUnavailable(
        mode: .ecam,
        reason: "\(failure): \(AccessDiagnosis.ofMemory(failure, SystemFacts(host)).line)")
    }
  }

  private static func requireFiles(
    _ host: Host, _ mode: AccessMode
  ) throws(AccessUnavailable) {
    let directory = mode == .sysfs ? "sys/bus/pci/devices" : "proc/bus/pci"
    guard case .absent(let path) = host.size(directory) else { return }
    let causes =
      mode == .sysfs
      ? "the kernel has no PCI support (CONFIG_PCI), or /sys is not mounted here; "
        + "as root: mount -t sysfs sysfs /sys"
      : "the kernel has no /proc/bus/pci (CONFIG_PCI), or it is masked: a container or a sandbox; "
        + "run it outside the container"
    throw AccessUnavailable(
      mode: mode,
      reason: "\(path) does not exist: "
        + (host.isLive ? causes : "the record does not hold it"))
  }

  private static func requireMechanism1(_ host: Host) throws(AccessUnavailable) {
    func unavailable(_ reason: String) -> AccessUnavailable {
      AccessUnavailable(mode: .mechanism1, reason: reason)
    }
    let ports = host.text("proc/ioports").value.map { Resource.parse($0) } ?? []
    if let objection = ports.objectionToMechanism1 {
      throw unavailable("/proc/ioports: PCI conf2: \(objection)")
    }
    for answer in host.askMechanism1(.hostBridge, expected: nil) {
      switch answer.answer {
      case .failed(let failure):
        throw unavailable(
          "\(failure): \(AccessDiagnosis.ofPorts(failure, SystemFacts(host)).line)")
      case .known(let value)
      where answer.request == .configAddress && !host.holdsAddress(value, of: .hostBridge):
        throw unavailable("\(answer): \(Host.noLatch)")
      case .known, .absent: break
      }
    }
  }

  /// Opens the registers of a function.
  ///
  /// A raw access needs a function that is powered on: one in D3cold reads as all ones, while sysfs
  /// powers it on. Before an access through ECAM, the function's identifying registers are compared
  /// with another mode.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - confirms: Whether ECAM is compared with another mode before; a caller that compares all
  ///     registers does not need it.
  package func open(
    _ function: FunctionAddress, confirms: Bool = true
  ) throws(AccessFailure) -> FunctionSpace {
    let space: HostSpace
    switch opener {
    case .space(let only):
      if case .mode(.mechanism1) = choice {
        guard function.segment == 0 else { throw .unreachable(.segment(function.segment)) }
      }
      space = only
    case .ecam(let regions): space = .ecam(in: try regions.region(of: function), on: host)
    case .selected(let selected): space = .selected(selected)
    }
    var registers = FunctionSpace(function, in: space)
    registers.isSparse = isRaw && !host.isLive
    guard isRaw else { return registers }
    guard host.isPoweredOn(function) else { throw .noPower }
    guard confirms else { return registers }
    switch space {
    case .files, .mechanism1, .dump: break
    case .recorded(let recorded):
      if recorded.mode == .ecam { try confirm(function, in: space) }
    case .ecam: try confirm(function, in: space)
    case .selected(let selected):
      if case .ecam(let region) = selected.decision(for: function, 0x00).mechanism {
        try confirm(function, in: .ecam(in: region, on: host))
      } else if case .ecam(let region) = selected.decision(for: function, 0x100).mechanism {
        do {
          try confirm(function, in: .ecam(in: region, on: host))
        } catch {
          registers.extendedFailure = error
        }
      }
    }
    return registers
  }

  /// Compares a function's identifying registers through ECAM with another mode.
  private func confirm(
    _ function: FunctionAddress, in ecam: HostSpace
  ) throws(AccessFailure) {
    for mode in [AccessMode.sysfs, .procfs, .mechanism1] {
      guard let reference = try? HostAccess(host, mode).open(function).space else { continue }
      let comparison: IdentityComparison
      do {
        comparison = try IdentityComparison(of: function, through: reference, and: ecam)
      } catch {
        guard case .second(_, let failure) = error else { continue }
        throw failure
      }
      switch comparison {
      case .agrees: return
      case .differs(let register, let expected, let value):
        throw .differs(register, value: value, expected: expected, mode)
      case .inconclusive: continue
      }
    }
    throw .noReference
  }
}

extension HostSpace {
  /// Mechanism 1 of a machine: its ports, or what a recording holds of them.
  static func mechanism1(on host: Host) -> HostSpace {
    host.answers.map { .recorded(RecordedRegisters(mechanism1: $0)) }
      ?? .mechanism1(Mechanism1(LivePorts()))
  }

  /// A region of a machine's ECAM, or what a recording holds of ECAM.
  static func ecam(in region: ECAMRegion, on host: Host) -> HostSpace {
    host.answers.map { .recorded(RecordedRegisters(ecam: $0, in: region)) }
      ?? .ecam(ECAM(region, DeviceMemory()))
  }
}

/// Why a mode cannot be used at all.
public struct AccessUnavailable: Error, Equatable, Sendable {
  /// The mode; `nil` where no mode could be chosen.
  public let mode: AccessMode?
  /// What the system answered, why, and what would help, in one line.
  public let reason: String
}

extension AccessUnavailable: CustomStringConvertible {
  /// For example `conf1: ioperm 0xcf8-0xcff: EPERM (Operation not permitted): not root: …`.
  public var description: String { (mode.map { "\($0.rawValue): " } ?? "") + reason }
}
