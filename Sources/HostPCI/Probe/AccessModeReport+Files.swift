import LinuxHost
import PCIConfig

extension AccessModeReport {
  /// Tries sysfs.
  static func sysfs(_ host: Host, _ facts: SystemFacts) -> AccessModeReport {
    files(.sysfs, host, facts) { host.sysfsDoubleword(of: $0, $1) }
  }

  /// Tries procfs.
  static func procfs(_ host: Host, _ facts: SystemFacts) -> AccessModeReport {
    files(.procfs, host, facts) { host.procfsDoubleword(of: $0.address, $1) }
  }

  private static func files(
    _ mode: AccessMode, _ host: Host, _ facts: SystemFacts,
    read: (KnownFunction, Register) -> Fact<UInt32>
  ) -> AccessModeReport {
    let functions: [KnownFunction]
    switch facts.functions {
    case .absent(let path): return noPCI(mode, host, facts, "\(path) does not exist")
    case .failed(let failure): return noPCI(mode, host, facts, "\(failure)")
    case .known(let list) where list.isEmpty:
      return noPCI(mode, host, facts, "/sys/bus/pci/devices is empty")
    case .known(let list) where mode == .sysfs && list[0].mode != .sysfs:
      return AccessModeReport(
        mode: mode, conventional: .missing, extended: .missing,
        evidence: [
          host.names(in: "sys/bus/pci/devices").value == nil
            ? "/sys/bus/pci/devices does not exist" : "/sys/bus/pci/devices is empty"
        ],
        causes: ["/sys is not mounted, or this is masked here: a container or a sandbox"],
        remedies: ["mount -t sysfs sysfs /sys, or run it outside the container"])
    case .known(let list): functions = list
    }
    let first = functions[0]
    let identification = read(first, .vendorID)
    var evidence = [sentence(first.address, .vendorID, identification)]
    guard case .known = identification else {
      return unreadable(mode, host, identification, evidence)
    }
    let beyondHeader = read(first, 0x40)
    if case .known = beyondHeader {
    } else {
      evidence.append(
        host.record?.isDump == true
          ? "\(first.address) register 0x40: not in the dump"
          : sentence(first.address, 0x40, beyondHeader))
    }
    let conventional: Availability = beyondHeader.value != nil ? .works : .headerOnly
    var extended = Availability.nothingThere
    if let function = functions.first(where: { ($0.configSize.value ?? 0) >= 4096 }) {
      let value = read(function, 0x100)
      evidence.append(sentence(function.address, 0x100, value))
      extended = value.value != nil ? .works : .refused
    } else if !host.isLive && conventional == .headerOnly
      && !functions.contains(where: { ($0.configSize.value ?? 0) >= 256 })
    {
      extended = .unknown
    } else {
      evidence.append("no function has a config file of 4096 bytes")
    }
    guard conventional == .headerOnly || extended == .refused else {
      return AccessModeReport(
        mode: mode, conventional: conventional, extended: extended, evidence: evidence, causes: [],
        remedies: [])
    }
    let isPrivileged = facts.privileges.value?.hasAdmin
    let cause: String
    let remedy: String?
    switch (host.record, isPrivileged) {
    case (.dump, _):
      cause = "the dump holds no more bytes"
      remedy = "make it as root: lspci -xxx, or lspci -xxxx for registers from 0x100 up"
    case (.some, .none):
      cause = "the record holds no more bytes"
      remedy = "record it again as root"
    case (_, true) where facts.isInUserNamespace.value == true:
      cause = "registers from 0x40 up need CAP_SYS_ADMIN outside of a user namespace"
      remedy = "run it as root outside the container"
    case (_, true):
      cause = "the kernel returns no more, although CAP_SYS_ADMIN is there"
      remedy = nil
    default:
      cause = "registers from 0x40 up need CAP_SYS_ADMIN"
      remedy = Self.runAsRoot
    }
    return AccessModeReport(
      mode: mode, conventional: conventional, extended: extended, evidence: evidence,
      causes: [cause], remedies: remedy.map { [$0] } ?? [])
  }

  /// What helps where a right of root is missing.
  static let runAsRoot = "run it as root (sudo)"

  private static func unreadable(
    _ mode: AccessMode, _ host: Host, _ answer: Fact<UInt32>, _ evidence: [String]
  ) -> AccessModeReport {
    if case .absent(let path) = answer, !host.tells(of: path) {
      return AccessModeReport(
        mode: mode, conventional: .unknown, extended: .unknown, evidence: evidence,
        causes: ["the record does not hold these files"], remedies: [])
    }
    if case .absent = answer {
      return AccessModeReport(
        mode: mode, conventional: .missing, extended: .missing, evidence: evidence,
        causes: [
          mode == .procfs
            ? "the kernel has no /proc/bus/pci, or it is masked here: a container or a sandbox"
            : "the file is hidden here: a container or a sandbox"
        ],
        remedies: ["run it outside a container"])
    }
    return AccessModeReport(
      mode: mode, conventional: .refused, extended: .refused, evidence: evidence,
      causes: ["the file exists but cannot be read"], remedies: ["run it as root"])
  }

  /// There is no function to read.
  private static func noPCI(
    _ mode: AccessMode, _ host: Host, _ facts: SystemFacts, _ evidence: String
  ) -> AccessModeReport {
    let cause: String
    if facts.commandLine.value?.pci.contains("off") == true {
      cause = "the kernel was booted with pci=off"
    } else if case .known = facts.functions {
      cause = "the kernel found no PCI function: a machine without PCI, or without a host bridge"
    } else if !host.tells(of: "/sys/bus/pci/devices") {
      cause = "the record has no PCI, or not this directory"
    } else {
      cause =
        "the kernel has no PCI support (CONFIG_PCI), or /sys is not mounted, or it is masked here"
    }
    return AccessModeReport(
      mode: mode, conventional: .nothingThere, extended: .nothingThere, evidence: [evidence],
      causes: [cause],
      remedies: facts.commandLine.value?.pci.contains("off") == true ? ["boot without pci=off"] : []
    )
  }

  /// What was read, or what came instead.
  static func sentence(
    _ function: FunctionAddress, _ register: Register, _ answer: Fact<UInt32>
  ) -> String {
    switch answer {
    case .known(let value):
      "\(function) register \(register): 0x\(hexadecimal(value, digits: 8))"
    case .absent(let path): "\(path) does not exist"
    case .failed(let failure): "\(failure)"
    }
  }
}
