import Glibc
import PCIConfig
import Testing

@testable import HostPCI
@testable import LinuxHost

struct HostFileTests {
  @Test func `a record's pipe is refused, and nothing waits for its other end`() throws {
    let machine = try RecordedMachine()
    try machine.write("proc/cmdline", "quiet")
    try #require(mkfifo("\(machine.root)/proc/iomem", 0o600) == 0)
    let host = try Host(recordedAt: machine.root)
    let failure = SystemFailure("open", "/proc/iomem", .irregularFile)
    #expect(host.text("proc/iomem") == .failed(failure))
    #expect(host.bytes("proc/iomem", limit: 4) == .failed(failure))
    #expect("\(failure)" == "open /proc/iomem: irregular (not a regular file)")
    #expect(host.text("proc/cmdline") == .known("quiet\n"))
    #expect(
      host.text("proc") == .failed(SystemFailure("read", "/proc", .errno(EISDIR))))
  }

  @Test func `a record whose answers are a pipe is refused`() throws {
    let machine = try RecordedMachine()
    try #require(mkfifo("\(machine.root)/answers", 0o600) == 0)
    #expect(throws: RecordUnavailable.failed(SystemFailure("open", "/answers", .irregularFile))) {
      try Host(recordedAt: machine.root)
    }
  }

  @Test func `of files that are absent or refused the refusal is told`() throws {
    let answers = "open /proc/bus/pci/0000:00/02.0: EACCES (Permission denied)\n"
    let host = try Host(files: ["answers": Array(answers.utf8)])
    let function = FunctionAddress(routingID: 0x10)
    let failure = SystemFailure("open", "/proc/bus/pci/0000:00/02.0", .errno(EACCES))
    #expect(host.procfsDoubleword(of: function, .vendorID) == .failed(failure))
    #expect(throws: AccessFailure.system(failure)) {
      try HostAccess(host).open(function).read(.vendorID, .word)
    }
    #expect(throws: AccessFailure.system(failure)) {
      try HostAccess(host).open(function).registers(count: 1024)
    }
    let nothing = try Host(files: [:])
    #expect(
      nothing.procfsDoubleword(of: function, .vendorID) == .absent("/proc/bus/pci/00/02.0"))
  }
}
