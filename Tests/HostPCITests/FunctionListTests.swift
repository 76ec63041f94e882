import PCIConfig
import Testing

@testable import HostPCI
@testable import LinuxHost

@Suite struct FunctionListTests {
  @Test func `where sysfs is hidden, procfs tells of the functions, to every command alike`()
    throws
  {
    let machine = try RecordedMachine.q35()
    try machine.write("answers", "open /sys/bus/pci/devices: ENOENT")
    try machine.remove("sys/bus/pci")
    let probe = try machine.probe()
    let addresses = [UInt16(0x0000), 0x0010, 0x00FA].map { FunctionAddress(routingID: $0) }
    let functions = try #require(probe.facts.functions.value)
    #expect(functions.map(\.address) == addresses)
    #expect(functions.map(\.mode) == [.procfs, .procfs, .procfs])
    #expect(functions.map(\.configSize) == [.known(256), .known(4096), .known(256)])
    #expect(probe.availability(.sysfs) == [.missing, .missing])
    #expect(probe.availability(.procfs) == [.works, .works])
    #expect(probe.text.contains("\nPCI          3 functions, segment 0000\n"))
    #expect(ProbeDecision(probe).obstacle == nil)
    let host = try Host(recordedAt: machine.root)
    #expect(try Inventory(of: host).functions.map(\.address) == addresses)
    #expect(Verification(host).functions.map(\.reference) == [.procfs, .procfs, .procfs])
  }

  @Test func `an empty directory in sysfs hides nothing that procfs has`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    let files = try machine.files().filter { $0.key.hasPrefix("proc/") }
    let masked = try Host(
      files: files.merging(["proc/bus/pci/devices": Array("0010\t808610d3\t0\n".utf8)]) { $1 },
      directories: ["sys/bus/pci/devices"])
    #expect(
      try Inventory(of: masked).functions.map(\.address) == [FunctionAddress(routingID: 0x10)])
    let probe = Probe(masked)
    #expect(probe.facts.functions.value?.map(\.mode) == [.procfs])
    #expect(probe.report(.sysfs)?.evidence == ["/sys/bus/pci/devices is empty"])
  }

  @Test func `an empty procfs where sysfs is hidden is masked, not a machine without PCI`() throws {
    let masked = try Host(files: [:], directories: ["proc/bus/pci"])
    let emptyList = FunctionListUnavailable.empty(path: "/proc/bus/pci", record: .memory)
    #expect(throws: InventoryUnavailable.noList(emptyList)) {
      try Inventory(of: masked)
    }
    #expect(throws: InventoryUnavailable.noList(emptyList)) {
      try Inventory(of: HostAccess(masked, .procfs))
    }
    #expect(
      FunctionListUnavailable.empty(path: "/proc/bus/pci", record: nil).description
        == "/proc/bus/pci is empty: it is masked, in a container or a sandbox; run it outside of that"
    )
    #expect(throws: InventoryUnavailable.noList(emptyList)) {
      try Snapshot(of: masked)
    }
    #expect(Probe(masked).facts.functions == .absent("/sys/bus/pci/devices"))
    let without = try Host(files: ["proc/bus/pci/devices": []])
    #expect(try Inventory(of: without).functions.isEmpty)
    #expect(try Snapshot(of: without).functionCount == 0)
    #expect(try Inventory(of: HostAccess(without, .procfs)).functions.isEmpty)
  }
}
