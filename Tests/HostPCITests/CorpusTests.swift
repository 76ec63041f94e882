import Foundation
import HostPCI
import LinuxHost
import PCIConfig
import TestSupport
import Testing

@Suite(.needsCorpus)
struct CorpusTests {
  @Test func `every recorded Firecracker guest is one of KVM`() throws {
    let directory = try #require(TestMachine.corpus) + "/cpuid/firecracker"
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(!names.isEmpty)
    for name in names {
      let machine = try RecordedMachine()
      try machine.write(
        "cpuid", try String(contentsOfFile: directory + "/" + name, encoding: .utf8))
      #expect(try machine.probe().hypervisor.value?.verdict == .guest(of: .kvm), "\(name)")
    }
  }

  @Test func `bare machines and root partitions are no guests`() throws {
    let path = try #require(TestMachine.corpus) + "/cpuid/leaves.tsv"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    var hosts = 0
    for line in lines.dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      try #require(fields.count >= 4)
      let machine = try RecordedMachine()
      try machine.write("cpuid", record(fields))
      let probe = try machine.probe()
      let verdict = probe.hypervisor.value?.verdict
      #expect(probe.decision.value?.isGuest != true, "\(fields[0])")
      switch fields[3] {
      case "1":
        #expect(verdict == .host(of: .hyperV), "\(fields[0])")
        hosts += 1
      case "0": #expect(verdict == .bareMetal, "\(fields[0])")
      default: #expect(verdict == nil || verdict == .bareMetal, "\(fields[0])")
      }
    }
    #expect(hosts > 0)
  }

  private func record(_ fields: [Substring]) -> String {
    let leaves: [UInt32] = [0, 1, 0x4000_0000, 0x4000_0001, 0x4000_0003, 0x4000_0100]
    var lines: [String] = []
    for (leaf, index) in zip(leaves, [1, 2, 4, 5, 6, 7]) where index < fields.count {
      let words = fields[index].split(separator: "-")
      guard words.count == 4 else { continue }
      lines.append(
        "   0x\(String(leaf, radix: 16)) 0x00: eax=0x\(words[0]) ebx=0x\(words[1]) "
          + "ecx=0x\(words[2]) edx=0x\(words[3])")
    }
    return lines.joined(separator: "\n")
  }

  @Test func `every recorded table has the entries of the independent decoder`() throws {
    struct Line: Decodable {
      struct Entry: Decodable {
        let base: String
        let seg: UInt16
        let start: UInt8
        let end: UInt8
      }
      let source: String
      let hex: String
      let isRight: Bool
      let entries: [Entry]

      enum CodingKeys: String, CodingKey {
        case source, hex, entries
        case isRight = "checksum_ok"
      }
    }
    let path = try #require(TestMachine.corpus) + "/mcfg/mcfg.jsonl"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(!lines.isEmpty)
    for text in lines {
      let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
      let digits = Array(line.hex)
      let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
      let mcfg = MCFG(bytes)
      #expect(
        mcfg.findings.contains { $0.tag == "wrong-checksum" } == !line.isRight, "\(line.source)")
      #expect(
        mcfg.entries
          == line.entries.map {
            MCFGEntry(
              base: UInt64($0.base.dropFirst(2), radix: 16) ?? 0, segment: $0.seg,
              firstBus: $0.start, lastBus: $0.end)
          }, "\(line.source)")
    }
  }

  @Test func `the kernel log of Q35 agrees with what its files say`() throws {
    let log = try String(
      contentsOfFile: try #require(TestMachine.corpus) + "/bootlogs/qemu72-linux6.12-q35-tcg.txt",
      encoding: .utf8)
    let machine = try RecordedMachine()
    try machine.write("proc/iomem", log)
    try machine.write("sys/firmware/acpi/tables/MCFG", dump(in: log))
    let window = try #require(try machine.probe().ecam.windows.first)
    let region = window.region
    #expect(
      log.contains("PCI: ECAM [mem 0x\(hexadecimal(region.addresses.lowerBound, digits: 8))-"))
    #expect(
      log.contains("(base 0x\(hexadecimal(region.base, digits: 8))) for domain 0000 [bus 00-ff]"))
    #expect(window.vouchers == [.mcfg, .kernel("PCI ECAM 0000 [bus 00-ff]"), .reserved])
  }

  /// The bytes that `od -A x -t x1` printed in a log.
  private func dump(in log: String) -> [UInt8] {
    log.split(separator: "\n").flatMap { line -> [UInt8] in
      let words = line.split(separator: " ")
      guard words.count > 1, words[0].count == 6, UInt32(words[0], radix: 16) != nil else {
        return []
      }
      return words.dropFirst().compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
    }
  }

  @Test func `the memory of a Firecracker guest shows its one bus`() throws {
    let machine = try RecordedMachine()
    let path = try #require(TestMachine.corpus) + "/bootlogs/firecracker-guest.iomem.txt"
    try machine.write("proc/iomem", try String(contentsOfFile: path, encoding: .utf8))
    #expect(
      try machine.probe().ecam.windows == [
        ECAMWindow(
          region: try ECAMRegion(base: 0xEEC0_0000, buses: 0...0),
          vouchers: [.kernel("PCI ECAM 0000 [bus 00-00]"), .reserved], overlapsMemory: false)
      ])
  }

  @Test func `every recorded tree and every dump is the same as its snapshot`() throws {
    let corpus = try #require(TestMachine.corpus)
    var hosts: [LinuxHost.Host] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: corpus + "/sysfs-trees") {
      hosts.append(try Host(recordedAt: "\(corpus)/sysfs-trees/\(name)"))
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: corpus + "/lspci-dumps") {
      let path = "\(corpus)/lspci-dumps/\(name)"
      hosts.append(Host(try ConfigurationDump(file: path), path: path))
    }
    #expect(hosts.count > 2)
    for host in hosts {
      let snapshot = try Snapshot(of: host)
      let comparison = MachineComparison(
        try ComparedMachine(host, name: "a"), try ComparedMachine(snapshot.host, name: "b"))
      #expect(comparison.differences == [])
      let probe = Probe(host)
      let copy = Probe(snapshot.host)
      #expect(copy.facts.functions.value == probe.facts.functions.value)
      #expect(copy.modes == probe.modes)
      #expect(copy.kernelExtended == probe.kernelExtended)
    }
  }

  @Test func `every recorded tree is listed whole`() throws {
    let directory = try #require(TestMachine.corpus) + "/sysfs-trees"
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(!names.isEmpty)
    for name in names {
      let probe = Probe(try Host(recordedAt: directory + "/" + name))
      let golden = try String(
        contentsOfFile: "\(directory)/\(name)/golden.n-D.txt", encoding: .utf8)
      #expect(
        probe.facts.functions.value?.map(\.address)
          == golden.split(separator: "\n").compactMap { line in
            FunctionAddress(line.prefix { $0 != " " })
          }, "\(name)")
      #expect(probe.availability(.sysfs) == [.headerOnly, .unknown])
    }
  }
}
