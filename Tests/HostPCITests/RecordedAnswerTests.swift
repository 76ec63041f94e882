import Glibc
import HostPCI
import HostReports
import PCIConfig
import Testing

@testable import LinuxHost

struct RecordedAnswerTests {
  @Test(arguments: [
    SystemFailure.Cause.errno(EPERM), .errno(EOVERFLOW), .errno(ETOOMANYREFS), .errno(4095),
    .signal(SIGBUS),
    .signal(SIGXCPU), .endOfFile, .irregularFile,
  ])
  func `how a request failed is written and read again`(cause: SystemFailure.Cause) {
    let answer = RawRequest.openMemory.failed(cause)
    #expect(RecordedAnswers(text: RecordedAnswers.text([answer])).answer(to: .openMemory) == answer)
  }

  @Test(arguments: ["", "end of file", "errno", "errno=", "errno=x", "signal 9", "EWHAT"])
  func `what is no name of a failure is no answer`(text: String) {
    let record = RecordedAnswers(text: "open /dev/mem: \(text)")
    #expect(
      record.answer(to: .openMemory) == RawRequest.openMemory.answered(.absent("open /dev/mem")))
  }

  private let function = FunctionAddress(segment: 0x10000, routingID: 0x00FA)
  private var answers: [RawAnswer] {
    [
      RawRequest.portPermission.answered(.known(0)),
      RawRequest.configAddress.answered(.known(0x8000_0000)),
      RawRequest.mechanism1(.hostBridge, 0x00).answered(.known(0x29C0_8086)),
      RawRequest.openMemory.failed(.errno(EPERM)),
      RawRequest.map(0xB000_0000).answered(.known(0)),
      RawRequest.ecam(function, 0x104).failed(.signal(SIGBUS)),
      RawRequest.sevStatus.answered(.known(3)),
      RawRequest.open("sys/a b\\c\nd\r").failed(.errno(EACCES)),
      RawRequest.read("proc/iomem").failed(.errno(95)),
      RawRequest.size("proc/bus/pci/00/00.0").answered(.known(4096)),
    ]
  }

  @Test func `version 2 has one line per answer, and is read as it was written`() {
    let text = """
      pcicfg-answers 2
      port-permission ok
      config-address 0x80000000
      conf1 0x29c08086 0000:00:00.0 0x00
      open-memory EPERM
      map-memory ok 0xb0000000
      ecam SIGBUS 10000:00:1f.2 0x104
      sev-status 0x00000003
      open EACCES sys/a b\\\\c\\nd\\r
      read EOPNOTSUPP proc/iomem
      size 0x00001000 proc/bus/pci/00/00.0

      """
    #expect(RecordedAnswers.text(answers) == text)
    let recorded = RecordedAnswers(text: text)
    #expect(answers.map { recorded.answer(to: $0.request) } == answers)
    #expect(recorded.registers(askedAs: .ecam(function, 0x00)) == [0x104])
    #expect(recorded.damagedLines == [])
    #expect(recorded.unknownVersion == nil)
  }

  @Test func `damaged lines are named, and the others are read`() {
    let recorded = RecordedAnswers(
      text: """
        pcicfg-answers 2
        conf1 ok 0000:00:00.0 0x00
        conf1 0x29c08086 0000:00:00.0 0x1000
        conf1 0x29c08086 0000:00:20.0 0x00
        ecam 0x29c08086 0000:00:00.0
        nonsense
        open EWHAT proc/iomem
        map-memory 0x00000000 0xb0000000
        port-permission EPERM now
        open-memory ok
        """)
    #expect(recorded.damagedLines == [2, 3, 4, 5, 6, 7, 8, 9])
    #expect(
      recorded.answer(to: .openMemory) == RawRequest.openMemory.answered(.known(0)))
  }

  @Test func `a version that is not known is an error that names it`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("answers", "pcicfg-answers 3\nanything\n")
    #expect(throws: RecordUnavailable.unknownVersion("3", path: machine.root)) {
      try Host(record: machine.root)
    }
    #expect(
      RecordUnavailable.unknownVersion("3", path: "old").description
        == "old/answers: version 3: expected version 2 or older (use a newer pcicfg)")
  }

  /// What pcicfg 0.1 wrote is read, and saved again it is version 2 with the same answers.
  @Test func `a recording of version 1 is read as before, and copied as version 2`() throws {
    let machine = try RecordedMachine.compared()
    let old = try Host(record: machine.root)
    let copy = try Snapshot(of: old)
    let text = String(decoding: copy.files["answers", default: []], as: UTF8.self)
    #expect(text.hasPrefix("pcicfg-answers 2\nport-permission ok\n"))
    #expect(text.contains("\nconf1 0x29c08086 0000:00:00.0 0x00\n"))
    func report(_ host: Host) -> [String] {
      [Probe(host).text, Verification(host).text].map {
        $0.replacingOccurrences(of: "Record       \(machine.root)\n", with: "")
          .replacingOccurrences(of: "Record       memory\n", with: "")
      }
    }
    #expect(report(copy.host) == report(old))
    #expect(Probe(old).comparison.agreeing.count == 3)
  }
}
