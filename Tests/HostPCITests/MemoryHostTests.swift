import Foundation
import PCIConfig
import Testing

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost

@Suite struct MemoryHostTests {
  private let machine: LinuxHost.Host

  init() throws {
    machine = try Host(
      files: [
        "cpuid": Array(cpuid(hypervisorBit: true, "KVMKVMKVM\0\0\0").utf8),
        "answers": Array("pcicfg-answers 2\nport-permission EPERM\n".utf8),
        "/proc/iomem/": Array("a\nb".utf8),
        "sys/class/mem/zero/dev": [], "sys/class/mem/mem/dev": [], "sys/class/mem/.hidden": [],
      ], links: ["sys/bus/driver": "../drivers/e1000e"])
  }

  @Test func `files, directories and links in memory are those of a directory`() {
    #expect(machine.bytes("proc/iomem", at: 1, limit: 1) == .known([0x0A]))
    #expect(machine.bytes("proc/iomem", at: 9, limit: 1) == .known([]))
    #expect(machine.text("proc/iomem") == .known("a\nb"))
    #expect(machine.line("proc/iomem") == .known("a"))
    #expect(machine.size("proc/iomem") == .known(3))
    #expect(machine.size("proc") == .known(0))
    #expect(machine.size("proc/none") == .absent("/proc/none"))
    #expect(machine.names(in: "sys/class/mem") == .known(["mem", "zero"]))
    #expect(machine.names(in: "sys") == .known(["bus", "class"]))
    #expect(machine.linkTarget("sys/bus/driver") == .known("../drivers/e1000e"))
    #expect(machine.text("sys/bus/driver") == .absent("/sys/bus/driver"))
    #expect(machine.text("proc/cmdline") == .absent("/proc/cmdline"))
    #expect(machine.text("proc") == .failed(SystemFailure("read", "/proc", .errno(EISDIR))))
    #expect(machine.names(in: "proc/iomem") == .absent("/proc/iomem"))
    #expect(machine.names(in: "dev") == .absent("/dev"))
    #expect(machine.linkTarget("dev") == .absent("/dev"))
    #expect(
      machine.linkTarget("proc/iomem")
        == .failed(SystemFailure("readlink", "/proc/iomem", .errno(EINVAL))))
  }

  @Test func `the processor and the answers are those of the files`() {
    #expect(!machine.isLive)
    #expect(machine.hypervisor().value?.verdict == .guest(of: .kvm))
    #expect(
      machine.askMechanism1(FunctionAddress(routingID: 0), expected: nil).map(\.description)
        == ["ioperm 0xcf8-0xcff: EPERM (Operation not permitted)"])
  }

  @Test func `a file that is also a directory is the directory`() throws {
    let host = try Host(files: ["a": [1], "a/b/c": [2], "a/b": [3]], links: ["a/b/c/d": "e"])
    #expect(host.names(in: "a") == .known(["b"]))
    #expect(host.names(in: "a/b/c") == .known(["d"]))
    #expect(try Host(files: ["": [1], "/": [2]]).names(in: "sys") == .absent("/sys"))
  }

  @Test func `all commands' views of a machine are the same from memory`() throws {
    let recorded = try RecordedMachine.q35()
    let host = try Host(files: recorded.files())
    let directory = try Host(recordedAt: recorded.root)
    func text(_ host: LinuxHost.Host) throws -> [String] {
      let probe = Probe(host)
      var listing = Listing(
        try Inventory(of: host, details: [.subsystem, .driver, .assignments, .registers]))
      listing.byteLimit = 4096
      return [
        probe.text, Verification(host).text, listing.text,
        probe.accessFacts.map { PolicyTable(functions: [], policies: [], facts: $0).text } ?? "",
      ].map {
        $0.replacingOccurrences(of: "Record       \(recorded.root)", with: "Record       memory")
      }
    }
    #expect(try text(host) == text(directory))
  }
}

@Suite struct DumpHostTests {
  /// The host bridge of Q35 with its ECAM region, as a dump shows it.
  private func dump(bytes count: Int) -> ConfigurationDump {
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 0xC0, 0x29])
    if count > 0x67 { bytes.replaceSubrange(0x60..<0x68, with: [1, 0, 0, 0xB0, 0, 0, 0, 0]) }
    return ConfigurationDump([
      .init(address: FunctionAddress(routingID: 0), image: ConfigurationImage(bytes))
    ])
  }

  @Test func `what a dump shows is known, the rest is not in the record`() {
    let probe = Probe(Host(dump(bytes: 256), path: "q35.txt"))
    #expect(probe.record == .dump("q35.txt"))
    #expect(probe.text.hasPrefix("Record       q35.txt (a dump: registers, and nothing else)\n"))
    #expect(probe.facts.functions.value?.map(\.configSize) == [.known(256)])
    #expect(probe.availability(.sysfs) == [.works, .nothingThere])
    #expect(probe.availability(.procfs) == [.unknown, .unknown])
    #expect(probe.availability(.mechanism1) == [.unknown, .outOfReach])
    #expect(probe.kernelConventional.mechanism == .unknown)
    #expect(
      probe.ecam.windows.map(\.vouchers) == [[.hostBridge(FunctionAddress(routingID: 0), 0x60)]])
    #expect(probe.accessFacts == nil)
  }

  @Test func `a header alone is a header alone`() {
    let probe = Probe(Host(dump(bytes: 64), path: "q35.txt"))
    #expect(probe.availability(.sysfs) == [.headerOnly, .unknown])
  }

  @Test func `with a hypervisor that is told, a policy decides`() throws {
    let probe = Probe(Host(dump(bytes: 256), path: "q35.txt"))
    let region = try ECAMRegion(base: 0xB000_0000, buses: 0...255)
    let facts = probe.accessFacts(under: .guest(of: .kvm))
    #expect(facts.isGuest)
    #expect(
      AccessPolicy.preferECAM.decide(FunctionAddress(routingID: 8), 0x00, on: facts).mechanism
        == .ecam(region))
  }
}
