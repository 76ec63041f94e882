import Glibc
import PCIConfig
import Testing

@testable import LinuxHost

private let function = FunctionAddress(segment: 0x10000, routingID: 0x00FA)

@Suite struct RecordedAnswerTests {
  /// An answer and its lines in both versions.
  struct Sample: CustomTestStringConvertible {
    let answer: RawAnswer
    let line: String
    let version1: String

    init(_ answer: RawAnswer, _ line: String, version1: String) {
      self.answer = answer
      self.line = line
      self.version1 = version1
    }

    var testDescription: String { line }
  }

  static let samples = [
    Sample(
      RawRequest.portPermission.answered(.known(0)), "port-permission ok",
      version1: "ioperm 0xcf8-0xcff: ok"),
    Sample(
      RawRequest.configAddress.answered(.known(0x8000_0000)), "config-address 0x80000000",
      version1: "conf1 CONFIG_ADDRESS: 0x80000000"),
    Sample(
      RawRequest.mechanism1(function, 0x0C).answered(.known(0x29C0_8086)),
      "conf1 0x29c08086 10000:00:1f.2 0x0c", version1: "conf1 10000:00:1f.2 0x0c: 0x29c08086"),
    Sample(
      RawRequest.openMemory.failed(.errno(EPERM)), "open-memory EPERM",
      version1: "open /dev/mem: EPERM (Operation not permitted)"),
    Sample(
      RawRequest.map(0xB000_0000).answered(.known(0)), "map-memory ok 0xb0000000",
      version1: "mmap /dev/mem at 0xb0000000: ok"),
    Sample(
      RawRequest.ecam(function, 0x100).failed(.signal(SIGBUS)),
      "ecam SIGBUS 10000:00:1f.2 0x100",
      version1: "ecam 10000:00:1f.2 0x100: SIGBUS (Bus error)"),
    Sample(
      RawRequest.sevStatus.answered(.known(7)), "sev-status 0x00000007",
      version1: "rdmsr 0xc0010131: 0x00000007"),
    Sample(
      RawRequest.open("sys/bus/pci/devices").failed(.errno(ENOENT)),
      "open ENOENT sys/bus/pci/devices",
      version1: "open /sys/bus/pci/devices: ENOENT (No such file or directory)"),
    Sample(
      RawRequest.read("proc/iomem").failed(.endOfFile), "read EOF proc/iomem",
      version1: "read /proc/iomem: EOF (end of file)"),
    Sample(
      RawRequest.size("sys/bus/pci/devices/0000:00:02.0/config").answered(.known(4096)),
      "size 0x00001000 sys/bus/pci/devices/0000:00:02.0/config",
      version1: "stat /sys/bus/pci/devices/0000:00:02.0/config: 0x00001000"),
  ]

  @Test(arguments: samples) func `each kind of request has a line of its own`(sample: Sample) throws
  {
    let text = "pcicfg-answers 2\n\(sample.line)\n"
    #expect(RecordedAnswers.text([sample.answer]) == text)
    let read = try RecordedAnswers(text: text)
    #expect(read.answer(to: sample.answer.request) == sample.answer)
    #expect(read.damagedLines == [])
  }

  @Test(arguments: samples) func `version 1 is read`(sample: Sample) throws {
    let read = try RecordedAnswers(text: "\n\(sample.version1)\r\n")
    #expect(read.answer(to: sample.answer.request) == sample.answer)
    #expect(read.damagedLines == [])
    // The text of an error may be missing.
    let brief = sample.version1.prefix { $0 != "(" }
    #expect(
      try RecordedAnswers(text: "\(brief)").answer(to: sample.answer.request) == sample.answer)
  }

  @Test(arguments: [
    SystemFailure.Cause.errno(EPERM), .errno(EOVERFLOW), .errno(ETOOMANYREFS), .errno(4095),
    .signal(SIGBUS), .signal(SIGXCPU), .endOfFile, .irregularFile,
  ])
  func `how a request failed is written and read again`(cause: SystemFailure.Cause) throws {
    let answer = RawRequest.openMemory.failed(cause)
    let text = RecordedAnswers.text([answer])
    #expect(text == "pcicfg-answers 2\nopen-memory \(cause.name)\n")
    #expect(try RecordedAnswers(text: text).answer(to: .openMemory) == answer)
  }

  @Test func `a path may have any character`() throws {
    let path = "a b\\x20\n\r\t\0\u{7F}: ok/ä\u{1F600}~!"
    let answer = RawRequest.open(path).failed(.errno(EACCES))
    let text = RecordedAnswers.text([answer])
    #expect(
      text == """
        pcicfg-answers 2
        open EACCES a\\x20b\\x5cx20\\x0a\\x0d\\x09\\x00\\x7f:\\x20ok/\\xc3\\xa4\\xf0\\x9f\\x98\\x80~!

        """)
    let read = try RecordedAnswers(text: text)
    #expect(read.answer(to: .open(path)) == answer)
    #expect(read.damagedLines == [])
  }

  @Test(arguments: [
    "", " ", "open-memory", "open-memory ", " open-memory ok", "open-memory ok ", "open-memory  ok",
    "open-memory\tok", "open-memory ok\r", "open-memory OK", "open-memory 0x00000000",
    "open-memory EWHAT", "open-memory errno", "open-memory errno=1", "open-memory errno=x",
    "open-memory signal=7", "open-memory end of file", "open-memory ok more", "openmemory ok",
    "open /dev/mem: ok", "config-address ok", "config-address 0x1", "config-address 0x0000000g",
    "config-address 0x000000001", "config-address 0x8000000A", "config-address 1x00000001",
    "conf1 0x00000000", "conf1 0x00000000 0000:00:00.0", "conf1 0x00000000 00:00.0 0x00",
    "conf1 0x00000000 0000:00:00.0 0x0", "conf1 0x00000000 0000:00:00.0 0x1000",
    "ecam 0x00000000 0000:00:00.8 0x00", "ecam 0x00000000 0000:00:00.0 0x00 0x00",
    "ecam 0x00000000 0000:00:1F.0 0x00", "map-memory ok", "map-memory ok 0x",
    "map-memory ok 0x01", "map-memory ok 0x10000000000000000", "open ok proc/iomem",
    "open 0x00000000 proc/iomem", "open ENOENT", "open ENOENT a b", "open ENOENT a\\",
    "open ENOENT a\\x", "open ENOENT a\\x4", "open ENOENT \\x41", "open ENOENT \\xC3\\xA4",
    "open ENOENT \\xff", "open ENOENT ä", "size ok proc/iomem", "open SIG\u{212A}ILL a",
  ])
  func `a line in another spelling is damaged and left out`(line: String) throws {
    let answers = [
      RawRequest.portPermission.answered(.known(0)), RawRequest.sevStatus.answered(.known(1)),
    ]
    let read = try RecordedAnswers(
      text: "pcicfg-answers 2\nport-permission ok\n\(line)\nsev-status 0x00000001\n")
    #expect(read.damagedLines == [3])
    #expect(answers.map { read.answer(to: $0.request) } == answers)
    for request in [RawRequest.openMemory, .configAddress, .open("proc/iomem"), .open("a")] {
      #expect(read.answer(to: request) == request.answered(.absent("\(request)")))
    }
  }

  @Test func `a last line without its end is damaged`() throws {
    let read = try RecordedAnswers(text: "pcicfg-answers 2\nopen ENOENT a\nopen ENOENT ab")
    #expect(read.damagedLines == [3])
    #expect(read.failure(of: .open("a")) == SystemFailure("open", "/a", .errno(ENOENT)))
    #expect(read.failure(of: .open("ab")) == nil)
    #expect(try RecordedAnswers(text: "pcicfg-answers 2").damagedLines == [])
  }

  @Test(arguments: [
    "", "end of file", "errno", "errno=", "errno=x", "signal 9", "EWHAT", "0x", "0x100000000",
  ])
  func `a line of version 1 without an answer is damaged and left out`(text: String) throws {
    let read = try RecordedAnswers(text: "open /dev/mem: \(text)\nrdmsr 0xc0010131: 0x00000001")
    #expect(
      read.answer(to: .openMemory) == RawRequest.openMemory.answered(.absent("open /dev/mem")))
    #expect(read.answer(to: .sevStatus) == RawRequest.sevStatus.answered(.known(1)))
    #expect(read.damagedLines == [1])
  }

  @Test(arguments: [
    "ioperm 0x60: ok", "conf1 00:00.0 0x00: 0x00000000", "ecam 0000:00:00.0 0x1000: 0x00000000",
    "mmap /dev/kmem at 0x0: ok", "mmap /dev/mem at 0x00: ok", "rdmsr 0x10: 0x00000000",
    "open dev/null: ENOENT", "open /dev/null: ok", "read /dev/null: 0x00000001",
    "write /dev/null: ok", "port-permission ok",
  ])
  func `a line of version 1 with an unknown request is damaged`(line: String) throws {
    #expect(try RecordedAnswers(text: line).damagedLines == [1])
  }

  @Test func `of several answers the last one counts`() throws {
    let text = RecordedAnswers.text([
      RawRequest.sevStatus.answered(.known(1)), RawRequest.sevStatus.answered(.known(3)),
      RawRequest.openMemory.answered(.absent("open /dev/mem")),
    ])
    #expect(text == "pcicfg-answers 2\nsev-status 0x00000001\nsev-status 0x00000003\n")
    #expect(
      try RecordedAnswers(text: text).answer(to: .sevStatus)
        == RawRequest.sevStatus.answered(.known(3)))
  }

  @Test(arguments: [
    ("pcicfg-answers 3", "3"), ("pcicfg-answers", ""), ("pcicfg-answers 2 ", "'2 '"),
    ("pcicfg-answers 2\r", "'2\\x0d'"), ("pcicfg-answers 02", "02"),
  ])
  func `an unknown version is an error that names it`(header: String, quoted: String) throws {
    let text = "\(header)\nopen-memory ok\n"
    let version = String(header.dropFirst("pcicfg-answers ".count))
    #expect(throws: RecordedAnswers.UnknownVersion(version: version)) {
      try RecordedAnswers(text: text)
    }
    #expect(throws: RecordUnavailable.unknownVersion(version, path: "memory")) {
      try Host(files: ["answers": Array(text.utf8)])
    }
    let machine = try RecordedMachine()
    try machine.write("answers", Array(text.utf8))
    let error = RecordUnavailable.unknownVersion(version, path: machine.root)
    #expect(throws: error) { try Host(recordedAt: machine.root) }
    #expect(throws: error) { try Host(record: machine.root) }
    #expect(
      "\(error)" == "\(machine.root)/answers: version \(quoted.isEmpty ? "''" : quoted): expected "
        + "version 2 or older (use a newer pcicfg)")
  }

  @Test func `a host names the damaged lines of its answers`() throws {
    let host = try Host(files: [
      "answers": Array("pcicfg-answers 2\nopen ENOENT a\nioperm ok\nopen ENOENT b".utf8)
    ])
    #expect(
      host.damagedAnswers == [
        "answers: line 3: damaged: left out", "answers: line 4: damaged: left out",
      ])
    #expect(Host.live.damagedAnswers == [])
  }
}
