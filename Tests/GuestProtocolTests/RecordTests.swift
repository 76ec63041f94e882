import GuestProtocol
import Testing

private struct Bytes: RecordSink {
  var bytes: [UInt8] = []
  mutating func write(_ byte: UInt8) { bytes.append(byte) }
}

private func id(_ text: String) throws -> CheckID { try #require(CheckID(text)) }

private func records(_ text: String) -> [Record] {
  var parser = RecordParser()
  return parser.append(text.utf8) + parser.finish()
}

@Suite struct RecordTests {
  @Test func `what the writer writes the parser reads`() throws {
    var writer = RecordWriter(Bytes())
    writer.begin(count: 5)
    writer.start("conf1.latch.read-back")
    writer.result(1, "conf1.latch.read-back", passed: true)
    writer.start("conf1.latch.reserved-bits")
    writer.result(2, "conf1.latch.reserved-bits", passed: false)
    writer.compared(
      wanted: .hexadecimal(0x80FF_FFFC, digits: 8), saw: .hexadecimal(0xFF, digits: 8),
      clause: "PCI 3.0 3.2.2.3.2")
    writer.result(3, "ecam.window.reset", passed: true)
    writer.observed(.bytes(Array("KVM\"\\\u{1}KVM\0\0".utf8)), clause: "")
    writer.skip(4, "ecam.window.moved", requirement: "pciexbar")
    writer.metric("conf1.read.cost", unit: "cycles", value: 18_446_744_073_709_551_615)
    writer.compared(wanted: .text("none at all"), saw: .decimal(0), clause: "")
    writer.expected("0 or all ones", saw: .hexadecimal(0, digits: 8), clause: "PCI 3.0 6.1")
    writer.fault(Fault(vector: 14, error: 2, instruction: 0x10_00E3, address: .max))
    writer.panic("the heap is exhausted")

    let text = String(decoding: writer.sink.bytes, as: UTF8.self)
    #expect(
      try records(text) == [
        .version(1), .plan(5),
        .start(id("conf1.latch.read-back")),
        .result(number: 1, id("conf1.latch.read-back"), passed: true),
        .start(id("conf1.latch.reserved-bits")),
        .result(number: 2, id("conf1.latch.reserved-bits"), passed: false),
        .compared(wanted: "0x80fffffc", saw: "0x000000ff", clause: "PCI 3.0 3.2.2.3.2"),
        .result(number: 3, id("ecam.window.reset"), passed: true),
        .observed("\"KVM\\x22\\x5c\\x01KVM\"", clause: ""),
        .skip(number: 4, id("ecam.window.moved"), requirement: "pciexbar"),
        .metric(id("conf1.read.cost"), unit: "cycles", value: .max),
        .compared(wanted: "\"none at all\"", saw: "0", clause: ""),
        .expected(condition: "\"0 or all ones\"", saw: "0x00000000", clause: "PCI 3.0 6.1"),
        .fault(Fault(vector: 14, error: 2, instruction: 0x10_00E3, address: .max)),
        .panic("the heap is exhausted"),
      ])
  }

  @Test func `the writer's text has the documented form`() {
    var writer = RecordWriter(Bytes())
    writer.result(12, "a.b.c", passed: false)
    writer.compared(wanted: .hexadecimal(0x1_0000, digits: 2), saw: .text("x"), clause: "SDM 1")
    #expect(
      String(decoding: writer.sink.bytes, as: UTF8.self)
        == "not ok 12 a.b.c\n# wanted 0x10000 saw x clause SDM 1\n")
  }

  @Test(arguments: 1...40)
  func `the stream may be cut anywhere`(size: Int) throws {
    let text = "KTAP version 1\r\n1..1\nok 1 a.b.c\n# observed 0x1 clause X\n"
    let bytes = Array(text.utf8)
    var parser = RecordParser()
    var found: [Record] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      found += parser.append(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(found == records(text))
    #expect(found.count == 4)
  }

  @Test(arguments: [
    "ok", "ok 1", "ok x a.b.c", "ok 1 A.b.c", "ok -1 a.b.c", "ok +1 a.b.c", "ok 1 a.b",
    "ok 99999999999999999999 a.b.c", "not ok 1 a.b.c # SKIP x", "ok 1 a.b.c # SKIP",
    "not 1 a.b.c", "KTAP version one", "KTAP version 1 2", "1..", "1..x", "1..-1", "2..3",
    "garbage",
  ])
  func `a line of another form is noise`(line: String) {
    #expect(records(line) == [.noise(line)])
  }

  @Test(arguments: [
    "wanted 1 saw", "wanted \"1 saw 2", "observed", "metric a.b.c us", "metric a.b.c us -1",
    "fault vector 32 error 0x0 at 0x0 address 0x0", "fault vector 6", "check nothing", "hello",
  ])
  func `a comment of another form is a message`(text: String) {
    #expect(records("# " + text) == [.message(text)])
  }

  @Test func `control characters and bytes that are not UTF-8 cannot reach a terminal`() {
    var parser = RecordParser()
    let found = parser.append([0x1B, 0x5B, 0x32, 0x4A, 0xFF, 0x00, 0x0A])
    #expect(found == [.noise("\\x1b[2J\u{FFFD}\\x00")])
  }

  @Test func `a line without end is cut`() {
    var parser = RecordParser()
    let found = parser.append(Array(repeating: UInt8(ascii: "x"), count: 2500)) + parser.finish()
    #expect(
      found == [1024, 1024, 452].map { .noise(String(repeating: "x", count: $0)) })
  }

  @Test func `random bytes never upset the parser`() {
    var state: UInt64 = 1
    var parser = RecordParser()
    let alphabet = Array("ok not#1.. abc.\"\\xwantedsawcheckSKIP\n\r\u{0}é".utf8) + [0xFF, 0xC0]
    for _ in 0..<200_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let index = Int(state >> 33) % alphabet.count
      for case .result(let number, let id, _) in parser.append([alphabet[index]]) {
        #expect(number >= 0)
        #expect(CheckID.isValid(id.text.utf8))
      }
    }
  }
}
