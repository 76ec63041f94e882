import TestSupport
import Testing

@testable import HostPCI

@Suite struct SnapshotLineTests {
  private func kept(_ path: String, _ text: String) -> String? {
    var filter = SnapshotFilter(includesSerialNumbers: false, deviceNames: [], kernelRelease: nil)
    return filter.keep(path, Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `of a command line the same counts as for the commands: words of the first line`() {
    #expect(
      kept("proc/cmdline", "quiet\tpci=conf1 x\u{A0}iomem=relaxed\npci=off\n") == "pci=conf1\n")
    #expect(kept("proc/cmdline", "quiet\npci=off iomem=relaxed\n") == "\n")
  }

  @Test func `carriage returns hide no line from the filter`() {
    let status = "Uid:\t0\t0\r\nName:\tsecret\r\nCapEff:\t0000000000000000\r\n"
    #expect(kept("proc/self/status", status) == "Uid:\t0\t0\nCapEff:\t0000000000000000\n")
    let iomem = "0000-0fff : Reserved\r\n1000-1fff : Kernel code\r\n2000-2fff : System RAM\r\n"
    #expect(kept("proc/iomem", iomem) == "0000-0fff : Reserved\n2000-2fff : System RAM\n")
  }

  @Test func `a line is left out, a carriage return is not told`() {
    var filter = SnapshotFilter(includesSerialNumbers: false, deviceNames: [], kernelRelease: nil)
    _ = filter.keep("proc/iomem", Array("0000-0fff : Reserved\r\n".utf8))
    #expect(filter.omissions == [])
    _ = filter.keep("proc/iomem", Array("1000-1fff : Kernel code\n".utf8))
    #expect(filter.omissions == ["where the kernel lies: /proc/iomem"])
  }
}
