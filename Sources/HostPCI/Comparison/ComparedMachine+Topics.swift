import LinuxHost
import PCIConfig

extension ComparedMachine {
  /// What a machine shows beside its functions.
  static func topics(of probe: Probe, _ host: Host) -> [Topic] {
    let facts = probe.facts
    var topics: [Topic] = []
    func add(
      _ kind: MachineDifference.Kind, _ name: String? = nil, isList: Bool = false,
      values: [String]?
    ) {
      topics.append(Topic(kind: kind, name: name, isList: isList, values: values))
    }
    func list<Value>(_ fact: Fact<Value>, _ transform: (Value) -> [String]) -> [String]? {
      switch fact {
      case .known(let value): transform(value)
      case .absent(let path): host.tells(of: path) ? [] : nil
      case .failed: nil
      }
    }
    add(.hypervisor, values: list(probe.decision) { [$0.word] })
    add(.restriction, values: probe.hypervisor.value == nil ? nil : probe.restriction.values)
    for (registers, access) in [
      ("0x00-0xff", probe.kernelConventional), ("0x100-0xfff", probe.kernelExtended),
    ] {
      add(
        .kernelAccess, registers,
        values: access.mechanism == .unknown ? nil : [access.mechanism.title])
    }
    for report in probe.modes {
      for (registers, availability) in [
        ("0x00-0xff", report.conventional), ("0x100-0xfff", report.extended),
      ] {
        add(
          .accessMode, "\(report.mode.rawValue) \(registers)",
          values: [.unknown, .notTried].contains(availability) ? nil : [availability.title])
      }
    }
    // Without rights some of them cannot be seen, nor what vouches for the others.
    let tellsRegions =
      facts.memory.value.map { !$0.hideAddresses } == true && probe.ecam.table.failure == nil
    add(.ecamRegion, isList: true, values: tellsRegions ? probe.ecam.windows.map(\.line) : nil)
    add(.mcfgEntry, isList: true, values: list(probe.ecam.table) { $0.map(\.line) })
    for (name, fact) in facts.dmi { add(.firmware, name, values: list(fact) { [$0] }) }
    add(.kernelRelease, values: list(facts.kernelRelease) { [KernelRelease($0).publicText] })
    for option in KernelOptions.Option.allCases {
      add(
        .kernelOption, "CONFIG_\(option.rawValue)",
        values: facts.kernelOptions.value.map { $0.has(option) ? ["y"] : ["not set"] })
    }
    add(
      .commandLine, isList: true,
      values: list(facts.commandLine) { SnapshotFilter.decidingOptions($0.text).map(String.init) })
    add(.lockdown, values: list(facts.lockdown) { [$0] })
    for (name, right) in [
      ("CAP_SYS_ADMIN", facts.privileges.value?.hasAdmin),
      ("CAP_SYS_RAWIO", facts.privileges.value?.hasRawIO),
    ] {
      add(.right, name, values: right.map { $0 ? ["yes"] : ["no"] })
    }
    add(.memoryMap, isList: true, values: list(facts.memoryMap) { $0.map(\.line) })
    return topics
  }
}

extension MachineRestriction {
  fileprivate var values: [String] { [kind ?? word].compactMap { $0 } }
}

extension ECAMWindow {
  fileprivate var line: String {
    "0x\(hexadecimal(region.addresses.lowerBound, digits: 8))-"
      + "0x\(hexadecimal(region.addresses.upperBound, digits: 8)), segment "
      + "\(hexadecimal(region.segment, digits: 4)), buses "
      + "\(hexadecimal(region.buses.lowerBound, digits: 2))-"
      + hexadecimal(region.buses.upperBound, digits: 2)
      + (vouchers.isEmpty ? "" : "; " + vouchers.map(\.description).joined(separator: "; "))
  }
}

extension MCFGEntry {
  fileprivate var line: String {
    "base 0x\(hexadecimal(base, digits: 8)), segment \(hexadecimal(segment, digits: 4)), buses "
      + "\(hexadecimal(firstBus, digits: 2))-\(hexadecimal(lastBus, digits: 2))"
  }
}

extension MemoryRange {
  fileprivate var line: String {
    "0x\(hexadecimal(addresses.lowerBound, digits: 8))-"
      + "0x\(hexadecimal(addresses.upperBound, digits: 8)) \(type)"
  }
}
