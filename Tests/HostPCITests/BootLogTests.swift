import Foundation
import PCIConfig
import TestSupport
import Testing

/// The log of a Linux kernel, taken apart: what it found on the one hand, and what it made of that
/// on the other.
private struct BootLog: Sendable {
  let name: String
  let lines: [Substring]

  init(name: String, text: String) {
    self.name = name
    lines = text.split(whereSeparator: \.isNewline)
  }

  /// What stands behind a text in the first line that has it.
  func rest(behind text: String) -> Substring? {
    lines.lazy.compactMap { line in line.firstRange(of: text).map { line[$0.upperBound...] } }.first
  }

  /// The lines behind one, up to the next heading.
  func section(_ heading: String) -> ArraySlice<Substring> {
    guard let start = lines.firstIndex(of: heading[...]) else { return [] }
    return lines[(start + 1)...].prefix { !$0.hasPrefix("---") }
  }

  /// Functions as `lspci -n` lists them: `00:1f.2 0106: 8086:2922 (rev 02)`.
  static func functions(
    _ lines: some Sequence<Substring>
  ) -> [(address: FunctionAddress, identification: UInt32, classRevision: UInt32)] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 3, let address = FunctionAddress(words[0]), words[1].count == 5,
        let code = UInt32(words[1].dropLast(), radix: 16)
      else { return nil }
      let ids = words[2].split(separator: ":").compactMap { UInt32($0, radix: 16) }
      guard ids.count == 2 else { return nil }
      let revision = words.count > 4 ? UInt32(words[4].dropLast(), radix: 16) ?? 0 : 0
      return (address, ids[1] << 16 | ids[0], code << 16 | revision)
    }
  }

  /// Addresses as in `[mem 0xb0000000-0xbfffffff]`.
  static func addresses(_ text: some StringProtocol) -> ClosedRange<UInt64>? {
    let words = text.split { " []-".contains($0) }.compactMap { word in
      word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : nil
    }
    guard words.count >= 2, words[0] <= words[1] else { return nil }
    return words[0]...words[1]
  }

  /// The machine as the kernel found it, without anything that the kernel decided.
  func machine() throws -> RecordedMachine {
    let machine = try RecordedMachine()
    try machine.write("proc/cmdline", String(rest(behind: "Command line: ") ?? ""))
    if let dmi = rest(behind: "DMI: "), let date = dmi.split(separator: " ").last {
      try machine.write("sys/class/dmi/id/bios_date", String(date))
      try machine.write("sys/class/dmi/id/sys_vendor", String(dmi.prefix { $0 != " " }))
    }
    for (index, line) in lines.filter({ $0.contains("BIOS-e820: [mem ") }).enumerated() {
      let range = try #require(Self.addresses(line.drop { $0 != "m" }))
      try machine.memory(
        index, range.lowerBound, range.upperBound,
        line.hasSuffix("usable") ? "System RAM" : "Reserved")
    }
    let table = dump
    if !table.isEmpty { try machine.write("sys/firmware/acpi/tables/MCFG", table) }
    for function in Self.functions(lines) {
      try machine.function(
        "\(function.address)", identification: function.identification,
        classRevision: function.classRevision, size: 256)
    }
    if let first = Self.functions(section("--- lspci -A intel-conf1")).first {
      let address = UInt32(1) << 31 | UInt32(first.address.routingID) << 8
      try machine.write(
        "answers",
        """
        ioperm 0xcf8-0xcff: ok
        conf1 CONFIG_ADDRESS: 0x\(hexadecimal(address, digits: 8))
        conf1 \(first.address) 0x00: 0x\(hexadecimal(first.identification, digits: 8))
        """)
    }
    return machine
  }

  /// The bytes that `od -A x -t x1` printed.
  private var dump: [UInt8] {
    lines.flatMap { line -> [UInt8] in
      let words = line.split(separator: " ")
      guard words.count > 1, words[0].count == 6, UInt32(words[0], radix: 16) != nil else {
        return []
      }
      return words.dropFirst().compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
    }
  }

  /// Whether the kernel said that it uses mechanism 1 for registers below 0x100.
  var usesMechanism1: Bool {
    rest(behind: "PCI: Using configuration type 1 for base access") != nil
  }

  /// The addresses of the region that the kernel said it uses.
  var region: ClosedRange<UInt64>? {
    guard rest(behind: "PCI: not using ECAM") == nil,
      rest(behind: "PCI: not using MMCONFIG") == nil,
      let line = rest(behind: "PCI: ECAM "), line.contains("for domain 0000")
    else { return nil }
    return Self.addresses(line)
  }
}

@Suite(.needsCorpus)
struct BootLogTests {
  private func logs() throws -> [BootLog] {
    let directory = try #require(TestMachine.corpus) + "/bootlogs"
    return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      .filter { !$0.hasSuffix(".iomem.txt") }
      .map { name in
        BootLog(
          name: name,
          text: String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)),
            as: UTF8.self))
      }
  }

  /// What the policy linux chooses for a function on a machine.
  private func linux(
    _ function: FunctionAddress, _ register: Register, on machine: RecordedMachine
  ) throws -> AccessDecision {
    AccessPolicy.linux.decide(function, register, on: try #require(try machine.probe().accessFacts))
  }

  @Test func `linux decides what each kernel logged`() throws {
    let logs = try logs()
    #expect(logs.contains { $0.region != nil } && logs.contains { $0.region == nil })
    for log in logs {
      let machine = try log.machine()
      let functions = BootLog.functions(log.lines).map(\.address)
      #expect(!functions.isEmpty, "\(log.name)")
      for function in functions {
        #expect(
          try (linux(function, 0x00, on: machine).mechanism == .mechanism1) == log.usesMechanism1,
          "\(log.name)")
        let extended = try linux(function, 0x100, on: machine).mechanism
        if let addresses = log.region {
          guard case .ecam(let region) = extended else {
            Issue.record("\(log.name) \(function): \(extended)")
            continue
          }
          #expect(region.addresses == addresses, "\(log.name)")
        } else {
          #expect(extended == .refused, "\(log.name)")
        }
      }
    }
  }

  @Test func `linux refuses what the same logs no longer reserve, and names the region`() throws {
    let logs = try logs().filter { $0.region != nil }
    #expect(!logs.isEmpty)
    for log in logs {
      let addresses = try #require(log.region)
      let start = "0x" + hexadecimal(addresses.lowerBound, digits: 16)
      let lines = log.lines.filter { !($0.contains("BIOS-e820") && $0.contains(start)) }
      #expect(lines.count == log.lines.count - 1)
      let machine = try BootLog(name: log.name, text: lines.joined(separator: "\n")).machine()
      let decision = try linux(FunctionAddress(routingID: 0), 0x100, on: machine)
      #expect(decision.mechanism == .refused)
      guard case .regionNotReserved(let region)? = decision.reasons.last else {
        Issue.record("\(log.name): \(decision.reasons)")
        continue
      }
      #expect(region.addresses == addresses)
    }
  }

  @Test func `linux leaves ECAM alone where the same kernels are told to`() throws {
    for log in try logs().filter({ $0.region != nil }) {
      let machine = try log.machine()
      try machine.write("proc/cmdline", "quiet pci=nommconf")
      let decision = try linux(FunctionAddress(routingID: 0), 0x100, on: machine)
      #expect(decision.mechanism == .refused)
      #expect(decision.reasons.last == .linuxLeavesECAM)
    }
  }

  @Test func `linux takes the one bus that a Firecracker guest uses`() throws {
    let path = try #require(TestMachine.corpus) + "/bootlogs/firecracker-guest.iomem.txt"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let machine = try RecordedMachine()
    try machine.write("cpuid", cpuid(hypervisorBit: true, "KVMKVMKVM\0\0\0"))
    try machine.write("proc/ioports", "0cf8-0cff : PCI conf1")
    try machine.write("proc/iomem", text)
    let used = try #require(try machine.probe().ecam.windows.first).region
    // What firmware and memory map say, without what the kernel uses.
    try machine.write(
      "proc/iomem",
      text.split(separator: "\n").filter { !$0.contains("ECAM") }.joined(separator: "\n"))
    try machine.write(
      "sys/firmware/acpi/tables/MCFG", mcfg([(base: used.base, segment: 0, buses: used.buses)]))
    let decision = try linux(FunctionAddress(routingID: 0x0008), 0x100, on: machine)
    #expect(decision.mechanism == .ecam(used))
    let reserved = ReservedBytes(byE820: used.byteCount, byMotherboard: 0)
    #expect(
      decision.reasons.last
        == .region(VouchedRegion(used, [.mcfg, .reservation], reserved: reserved)))
  }
}
