import LinuxHost
import PCIConfig

/// A machine, and the mode in which its registers are accessed.
public struct HostAccess: Sendable {
  /// The machine.
  public let host: Host
  /// The mode; `nil` for sysfs, and procfs where that is missing.
  public let mode: AccessMode?
  /// The regions that ECAM may be tried in; `nil` in other modes.
  private let regions: UsableRegions?

  /// Takes the kernel's files: sysfs, and procfs where that is missing.
  ///
  /// - Parameter host: The machine.
  public init(_ host: Host) {
    self.host = host
    mode = nil
    regions = nil
  }

  /// Takes one mode, and asks whether it can be had; of a record, whether it tells otherwise.
  ///
  /// On the live machine ``AccessMode/mechanism1`` reads the vendor and device ID of 00:00.0, and
  /// ``AccessMode/ecam`` maps a page of each region that is vouched for, without touching it.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - mode: The mode; `nil` for sysfs, and procfs where that is missing.
  /// - Throws: ``AccessUnavailable``.
  public init(_ host: Host, _ mode: AccessMode?) throws(AccessUnavailable) {
    self.host = host
    self.mode = mode
    switch mode {
    case .sysfs, .procfs:
      try Self.requireFiles(host, mode == .sysfs ? .sysfs : .procfs)
      regions = nil
    case .mechanism1:
      try Self.requireMechanism1(host)
      regions = nil
    case .ecam: regions = try UsableRegions(host)
    case nil: regions = nil
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
          "\(failure): \(Refusal.ofPorts(failure, SystemFacts(host)).line)")
      case .known(let value)
      where answer.question == .latch && !host.holdsAddress(value, of: .hostBridge):
        throw unavailable("\(answer): \(Host.noLatch)")
      case .known, .absent: break
      }
    }
  }

  /// The registers of a function.
  ///
  /// Through ECAM its identification registers have been compared with another mode before.
  ///
  /// - Parameter address: The function.
  func registers(of address: FunctionAddress) throws(AccessFailure) -> FunctionAccess {
    switch mode {
    case nil, .sysfs, .procfs: return .files(KernelRegisters(host, address, mode))
    case .mechanism1:
      guard address.segment == 0 else { throw .unreachable(.segment(address.segment)) }
      try requirePower(address)
      guard host.isLive else {
        return try .record(.mechanism1, host.mechanism1Registers(of: address, expected: nil))
      }
      return .mechanism1(address)
    case .ecam:
      guard let regions else { preconditionFailure("ECAM without regions") }
      let region = try regions.region(of: address)
      try requirePower(address)
      let registers: FunctionAccess =
        host.isLive
        ? .ecam(address, region)
        : try .record(.ecam, host.ecamRegisters(of: address, in: region, count: 1024))
      try ECAMConfirmation(host, address).confirm(registers)
      return registers
    }
  }

  /// Past the kernel a function without power answers all ones; sysfs wakes it.
  private func requirePower(_ address: FunctionAddress) throws(AccessFailure) {
    guard host.isAwake(address) else { throw .noPower }
  }
}

/// Why a mode cannot be had at all.
public struct AccessUnavailable: Error, Equatable, Sendable {
  /// The mode.
  public let mode: AccessMode
  /// What the system answered, why, and what would help, in one line.
  public let reason: String
}

extension AccessUnavailable: CustomStringConvertible {
  /// For example `conf1: ioperm 0xcf8-0xcff: EPERM (Operation not permitted): not root: …`.
  public var description: String { "\(mode.rawValue): \(reason)" }
}
