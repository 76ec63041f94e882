import TestSupport

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost
@testable import PCIConfig

extension FuzzTarget {
  /// A recorded machine of which some files are damaged, missing or there against expectation, and
  /// what a command shows of it: its text and its document.
  ///
  /// The first byte of an input chooses the command. Parts follow: a byte that chooses the file,
  /// one that says what becomes of it, two that say how many bytes follow, and these.
  static let snapshot = FuzzTarget(
    name: "snapshot",
    seeds: {
      let files = RecordedFiles.paths.map { ($0, Array(RecordedFiles.present[$0] ?? [])) }
      return (files + RecordedFiles.alternatives).enumerated().flatMap { index, file in
        // Registers as all that shows them, with extended configuration space; texts in two views.
        file.0.hasSuffix("/config")
          ? [1, 2].map { seed(file.0, file.1, view: $0, change: file.1.count > 256 ? 3 : 0) }
          : (0..<2).map { seed(file.0, file.1, view: (index + $0) % views.count, change: 1) }
      }
    },
    words: [
      "0x", "\n", "System RAM", "Reserved", "PCI MMCONFIG 0000 [bus 00-ff]", "PCI conf2",
      "pnp 00:01",
      "control_d", "xen", "PV", "D3cold", "[none]", "[confidentiality]", "pci=", "nommconf",
      "conf1",
      "off", "PCI_ID=", "PCI_SUBSYS_ID=", "PCI_CLASS=", "DRIVER=", "EPERM", "EACCES", "SIGBUS",
      "ecam 0000:00:01.0 0x", "conf1 0000:00:01.0 0x", "ecam 0000:01:00.0 0x", ": 0x",
      "pcicfg-answers 2\n", "ecam 0x00000000 0000:00:01.0 0x00\n", "open EACCES proc/iomem\n",
      "Seccomp:\t2",
      "0000000000000000", "ffffffffffffffff",
    ],
    run: { bytes in
      guard let view = bytes.first else { return 0 }
      var rest = bytes.dropFirst()
      var files = RecordedFiles.present
      while rest.count >= 4 {
        let part = Array(rest.prefix(4))
        rest = rest.dropFirst(4)
        let content = rest.prefix(Int(part[2]) | Int(part[3]) << 8)
        rest = rest.dropFirst(content.count)
        let path = RecordedFiles.paths[Int(part[0]) % RecordedFiles.paths.count]
        let old = files[path] ?? []
        switch part[1] % 5 {
        case 0: files[path] = Array(content) + Array(old.dropFirst(content.count))
        case 1: files[path] = Array(content)
        case 2: files[path] = old + content
        // As much as a function has with extended configuration space.
        case 3: files[path] = content + [UInt8](repeating: 0, count: max(0, 4096 - content.count))
        default: files[path] = nil
        }
      }
      // An unknown version of the answers is an error.
      guard let host = try? Host(files: files, links: RecordedFiles.links) else { return 0 }
      return views[Int(view) % views.count](host)
    })

  /// An input of one part.
  private static func seed(
    _ path: String, _ bytes: [UInt8], view: Int, change: UInt8
  ) -> [UInt8] {
    let content = bytes.prefix(1000)
    let index = RecordedFiles.paths.firstIndex(of: path) ?? 0
    let header: [UInt8] = [UInt8(view), UInt8(index), change]
    return header + little(UInt64(content.count), 2) + content
  }

  /// The last one takes as long as five others.
  private static let views: [@Sendable (Host) -> Int] = [
    probed, verified, listed, decided, compared, probed, verified, explained, decided, compared,
    saved,
  ]

  private static func probed(_ host: Host) -> Int {
    let probe = Probe(host)
    var count = probe.text.utf8.count
    withExtendedLifetime(ProbeDocument(probe)) {}
    if let decision = probe.decision.value {
      withExtendedLifetime(HypervisorDocument(decision, record: host.record)) {}
      count += decision.word.utf8.count
    }
    return count
  }

  private static func verified(_ host: Host) -> Int {
    let verification = Verification(host)
    withExtendedLifetime(VerificationDocument(verification)) {}
    let known = Set(verification.functions.map(\.address))
    precondition(known.isSuperset(of: verification.pinned))
    return verification.text.utf8.count
  }

  private static func listed(_ host: Host) -> Int {
    guard
      let inventory = try? Inventory(
        of: host,
        details: [.subsystem, .driver, .assignments, .bridges, .registers, .placement])
    else { return 0 }
    let addresses = inventory.functions.map(\.address)
    precondition(addresses == addresses.sorted())
    var listing = Listing(inventory)
    listing.isVerbose = true
    listing.showsDriver = true
    listing.byteLimit = 64
    withExtendedLifetime(ListDocument(listing)) {}
    return listing.text.utf8.count + listing.machineText.utf8.count + listing.tree().utf8.count
  }

  /// What `list -v` shows: of the registers behind the header those of capabilities alone.
  private static func explained(_ host: Host) -> Int {
    var details: Inventory.Details = [
      .subsystem, .driver, .assignments, .placement, .modules, .capabilities,
    ]
    guard let inventory = try? Inventory(of: host, details: details) else { return 0 }
    var listing = Listing(inventory)
    listing.isVerbose = true
    withExtendedLifetime(ListDocument(listing)) {}
    let text = listing.text
    details.insert(.registers)
    if let whole = try? Inventory(of: host, details: details) {
      listing = Listing(whole)
      listing.isVerbose = true
      precondition(listing.text == text)
    }
    return text.utf8.count
  }

  private static let undamaged = try? Host(
    files: RecordedFiles.present, links: RecordedFiles.links)

  private static func compared(_ host: Host) -> Int {
    guard let undamaged, let machine = try? ComparedMachine(host, name: "damaged"),
      let other = try? ComparedMachine(undamaged, name: "whole")
    else { return 0 }
    let comparison = MachineComparison(other, machine)
    withExtendedLifetime(MachineComparisonDocument(comparison)) {}
    let reversed = MachineComparison(machine, other)
    precondition(reversed.differences.isEmpty == comparison.differences.isEmpty)
    precondition(MachineComparison(machine, machine).differences.isEmpty)
    return comparison.text.utf8.count
  }

  /// A snapshot of a record shows the same as the record, and a snapshot of that is the same.
  private static func saved(_ host: Host) -> Int {
    guard let snapshot = try? Snapshot(of: host) else { return 0 }
    guard
      let copy = try? Host(
        files: snapshot.files, links: snapshot.links, directories: snapshot.directories)
    else { preconditionFailure("what a snapshot writes is read") }
    precondition(copy.damagedAnswers.isEmpty)
    let again = try? Snapshot(of: copy)
    precondition(again?.files == snapshot.files && again?.links == snapshot.links)
    if let former = try? ComparedMachine(host, name: "a"),
      let latter = try? ComparedMachine(copy, name: "b")
    {
      precondition(MachineComparison(former, latter).differences.isEmpty)
    }
    return snapshot.files.count + snapshot.omissions.count
  }

  private static func decided(_ host: Host) -> Int {
    var count = 0
    if let report = try? MCFGReport(of: host) {
      withExtendedLifetime(MCFGDocument(report)) {}
      count += report.text.utf8.count
    }
    let probe = Probe(host, rawAccess: .none)
    guard let facts = probe.accessFacts, let functions = probe.facts.functions.value else {
      return count
    }
    let table = PolicyTable(
      functions: functions.map(\.address), policies: AccessPolicy.allCases, facts: facts,
      notes: probe.notes)
    withExtendedLifetime(PolicyDocument(table)) {}
    precondition(table.groups.flatMap(\.functions).count == functions.count)
    return count + table.text.utf8.count
  }
}
