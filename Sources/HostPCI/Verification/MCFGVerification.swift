import LinuxHost
import PCIConfig

/// What the ACPI table MCFG claims, judged by itself and by what the machine shows otherwise.
struct MCFGVerification {
  private(set) var findings: [VerificationFinding] = []
  /// What could not be judged, a sentence each.
  private(set) var notJudged: [String] = []

  init(_ host: Host, _ probe: Probe) {
    judgeTable(host)
    let facts = probe.facts
    let visible = facts.memory.value.map { !$0.hideAddresses } ?? false
    let claimed = probe.ecam.windows.filter { $0.vouchers.contains(.mcfg) }
    for window in claimed {
      judgeMemory(window, isKnown: visible)
      if visible { judgeUse(window, facts) }
    }
    if !claimed.isEmpty {
      if !visible {
        let isReserved = claimed.allSatisfy { $0.reserved.byE820 == $0.region.byteCount }
        notJudged.append(
          "MCFG against " + (isReserved ? "" : "reservations and ")
            + "the kernel's use of it: /proc/iomem cannot be seen")
      }
      judgeHostBridge(claimed, host, facts)
    }
  }

  private mutating func judgeTable(_ host: Host) {
    do {
      for finding in try MCFGReport(of: host).mcfg.findings {
        findings.append(
          VerificationFinding(
            "mcfg-" + finding.tag, finding.severity, "ACPI MCFG: \(finding)",
            advice: finding.severity == .note
              ? "nothing" : "the table is the firmware's: update it; 'pcicfg mcfg' shows the table")
        )
      }
    } catch {
      notJudged.append("MCFG: \(error)")
    }
  }

  private mutating func judgeMemory(_ window: ECAMWindow, isKnown: Bool) {
    if window.overlapsMemory {
      findings.append(
        VerificationFinding(
          "mcfg-overlaps-memory", .error,
          "\(window.name), which MCFG lists, overlaps System RAM of E820 or /proc/iomem",
          advice: "do not touch it: boot with pci=nommconf, and update the firmware"))
      return
    }
    let reserved = max(window.reserved.byE820, window.reserved.byMotherboard)
    guard isKnown, reserved < window.region.byteCount else { return }
    findings.append(
      VerificationFinding(
        "mcfg-not-reserved", .warning,
        "\(window.name), which MCFG lists: neither E820 nor /proc/iomem reserves more than "
          + "\(reserved >> 20) of its \(window.region.byteCount >> 20) MiB",
        advice: "the firmware must reserve it as a motherboard resource (PNP0C02; PCI Firmware "
          + "Specification 3.3, 4.1.2), or Linux may use no ECAM at all"))
  }

  private mutating func judgeUse(_ window: ECAMWindow, _ facts: SystemFacts) {
    guard !window.isUsedByKernel else { return }
    let told = facts.commandLine.value?.optionWithoutECAM
    findings.append(
      VerificationFinding(
        "mcfg-not-used", told == nil ? .warning : .note,
        "\(window.name), which MCFG lists: the kernel does not use all of it (/proc/iomem)"
          + (told.map { ", as it was booted with pci=\($0)" } ?? ""),
        advice: told.map { "boot without pci=\($0) to reach registers from 0x100 up" }
          ?? "the kernel's log tells why (dmesg | grep -i -e ECAM -e MMCONFIG)"))
  }

  private mutating func judgeHostBridge(
    _ claimed: [ECAMWindow], _ host: Host, _ facts: SystemFacts
  ) {
    guard let (bridge, bar) = ECAMWindows.expressBAR(host, facts) else {
      notJudged.append("MCFG against the host bridge: its register is not known or not readable")
      return
    }
    let regions = claimed.map(\.region).filter { $0.segment == 0 }
    let bases = regions.filter { $0.buses.contains(bridge.bus) }.map(\.base)
    guard let base = bases.first else { return }
    let register = "register \(PCIEXBAR.register) of the host bridge \(bridge)"
    guard let region = bar.region else {
      findings.append(
        VerificationFinding(
          "host-bridge-disabled", .error, of: bridge,
          "MCFG lists a region at 0x\(hexadecimal(base, digits: 1)), but \(register), "
            + "0x\(hexadecimal(bar.rawValue, digits: 16)), enables none",
          advice: "do not use ECAM: boot with pci=nommconf, and update the firmware"))
      return
    }
    guard bases.contains(region.base) else {
      judgeElsewhere(base, region, register, bridge)
      return
    }
    let last = regions.filter { $0.base == region.base }.map(\.buses.upperBound).max() ?? 0
    guard last > region.buses.upperBound else { return }
    findings.append(
      VerificationFinding(
        "host-bridge-smaller", .error, of: bridge,
        "MCFG lists buses up to \(hexadecimal(last, digits: 2)) at "
          + "0x\(hexadecimal(region.base, digits: 1)), but \(register) decodes them up to "
          + hexadecimal(region.buses.upperBound, digits: 2),
        advice: "do not use ECAM for the buses behind: update the firmware"))
  }

  private mutating func judgeElsewhere(
    _ base: UInt64, _ region: ECAMRegion, _ register: String, _ bridge: FunctionAddress
  ) {
    findings.append(
      VerificationFinding(
        "host-bridge-elsewhere", .error, of: bridge,
        "MCFG lists a region at 0x\(hexadecimal(base, digits: 1)), but \(register) decodes "
          + "0x\(hexadecimal(region.base, digits: 1))",
        advice: "do not use ECAM: boot with pci=nommconf, and update the firmware"))
  }
}
