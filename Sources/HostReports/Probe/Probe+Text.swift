import HostPCI
import LinuxHost
import PCIConfig

extension Probe {
  /// The report for a reader, in lines of at most 80 columns: the answers first, then what they
  /// rest on and what would help, and at the end what follows.
  public var text: String {
    var writer = TextWriter()
    writeAnswers(to: &writer)
    writeRegions(to: &writer)
    writeReasons(to: &writer)
    writeMissing(to: &writer)
    writeDecision(to: &writer)
    return writer.text
  }

  private func writeAnswers(to writer: inout TextWriter) {
    if let record { writer.paragraph("Record       ", record.sentence) }
    writer.paragraph("Hypervisor   ", hypervisorSentence)
    if let sentence = restriction.sentence { writer.paragraph("Restricted   ", sentence) }
    let machine = facts.dmi.compactMap(\.value.value)
    if !machine.isEmpty { writer.paragraph("Machine      ", machine.joined(separator: ", ")) }
    writer.paragraph("PCI          ", functionCount)
    writer.line()
    writer.line(padded("Access mode", 23) + padded("0x00-0xff", 17) + "0x100-0xfff")
    for mode in modes {
      writer.line(
        "  " + padded(title(of: mode), 21) + padded(mode.conventional.title, 17)
          + mode.extended.title)
    }
    writer.line(
      "  " + padded("the kernel itself", 21) + padded(kernelConventional.title, 17)
        + kernelExtended.title)
    writer.line()
  }

  /// The name of a mode; a dump is read as the files of sysfs are.
  private func title(of report: AccessModeReport) -> String {
    isOfDump && report.mode == .sysfs ? "the dump" : report.mode.title
  }

  private var functionCount: String {
    switch facts.functions {
    case .absent(let path): return "none: \(path) does not exist"
    case .failed(let failure): return "not known: \(failure)"
    case .known(let functions):
      let segments = Set(functions.map(\.address.segment)).sorted()
      let list = segments.prefix(8).map { hexadecimal($0, digits: 4) }.joined(separator: ", ")
      let more = segments.count > 8 ? ", …" : ""
      switch (functions.count, segments.count) {
      case (0, _): return "no function"
      case (1, _): return "1 function, segment \(list)"
      case (let count, 1): return "\(count) functions, segment \(list)"
      case (let count, _): return "\(count) functions, segments \(list)\(more)"
      }
    }
  }

  private func writeRegions(to writer: inout TextWriter) {
    guard !ecam.windows.isEmpty || !ecam.remarks.isEmpty || !ecam.kernelResources.isEmpty else {
      writer.line("ECAM regions: none is told of")
      writer.line()
      return
    }
    writer.line("ECAM regions")
    for window in ecam.windows {
      let region = window.region
      writer.line(
        "  0x\(hexadecimal(region.addresses.lowerBound, digits: 8))-"
          + "0x\(hexadecimal(region.addresses.upperBound, digits: 8))  "
          + "segment \(hexadecimal(region.segment, digits: 4)), buses "
          + "\(hexadecimal(region.buses.lowerBound, digits: 2))-"
          + hexadecimal(region.buses.upperBound, digits: 2))
      for voucher in window.vouchers { writer.paragraph("    + ", voucher.description) }
      if window.overlapsMemory { writer.paragraph("    ! ", "a part of it is memory") }
      if !window.vouched.isVouchedFor {
        writer.paragraph("    ! ", "not vouched for: it is not touched")
      }
    }
    if ecam.windows.isEmpty {
      for resource in ecam.kernelResources {
        writer.paragraph("  ", "the kernel uses one (/proc/iomem: \(resource))")
      }
    }
    for remark in ecam.remarks { writer.paragraph("  ! ", remark) }
    writer.line()
  }

  private func writeReasons(to writer: inout TextWriter) {
    writer.line("What this rests on")
    if let decision = decision.value {
      writer.line("  hypervisor")
      for reason in decision.reasons.dropLast(hint == nil ? 0 : 1) {
        writer.paragraph("    saw   ", reason)
      }
      if let hint { writer.paragraph("    but   ", hint) }
    }
    if !restriction.evidence.isEmpty {
      writer.line(restriction.restriction == nil ? "  no restriction" : "  restriction")
      for evidence in restriction.evidence { writer.paragraph("    saw   ", evidence) }
      if let remedy = restriction.remedy { writer.paragraph("    help  ", remedy) }
    }
    for mode in modes {
      writer.line("  \(title(of: mode))")
      for evidence in mode.evidence { writer.paragraph("    saw   ", evidence) }
      for cause in mode.causes { writer.paragraph("    why   ", cause) }
      for remedy in mode.remedies { writer.paragraph("    help  ", remedy) }
    }
    for (range, access) in [
      ("0x00-0xff", kernelConventional), ("0x100-0xfff", kernelExtended),
    ] {
      let doubt =
        switch access.certainty {
        case .certain: ""
        case .likely: ", most likely"
        case .unknown: ""
        }
      writer.line("  the kernel itself, \(range): \(access.mechanism.title)\(doubt)")
      for evidence in access.evidence { writer.paragraph("    saw   ", evidence) }
    }
  }

  private func writeMissing(to writer: inout TextWriter) {
    let (absent, failed) = unavailable
    guard !absent.isEmpty || !failed.isEmpty || !facts.unreadablePaths.isEmpty else { return }
    writer.line()
    if !absent.isEmpty {
      writer.paragraph("Not there: ", absent.joined(separator: ", "), indentation: 2)
    }
    for failure in failed {
      writer.paragraph("Not readable: ", failure.description, indentation: 2)
    }
    for path in facts.unreadablePaths {
      writer.paragraph("Not an address: ", path, indentation: 2)
    }
  }

  /// The facts that are not there, by path, and those that the system refused.
  var unavailable: (absent: [String], failed: [SystemFailure]) {
    var absent: [String] = []
    var failed: [SystemFailure] = []
    func note<Value>(_ fact: Fact<Value>) {
      switch fact {
      case .known: break
      case .absent(let path): absent.append(path)
      case .failed(let failure): failed.append(failure)
      }
    }
    note(hypervisor)
    if facts.dmi.contains(where: { $0.value.value != nil || $0.value.failure != nil }) {
      for (_, fact) in facts.dmi { note(fact) }
    } else {
      absent.append("/sys/class/dmi/id")
    }
    note(facts.kernelRelease)
    note(facts.commandLine)
    note(facts.kernelOptions)
    note(facts.lockdown)
    note(facts.privileges)
    note(facts.isInUserNamespace)
    note(facts.ports)
    note(facts.memory)
    note(facts.memoryMap)
    note(facts.memoryDevices)
    note(facts.functions)
    note(ecam.table)
    return (absent, failed)
  }
}

extension KernelAccess {
  /// The mechanism in a table, with a question mark where it is not certain.
  fileprivate var title: String {
    switch (mechanism, certainty) {
    case (.other, _): "something else?"
    case (.mechanism1Extended, _): "mechanism 1?"
    case (_, .likely): mechanism.title + "?"
    default: mechanism.title
    }
  }
}
