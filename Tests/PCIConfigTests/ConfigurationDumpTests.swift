import PCIConfig
import TestSupport
import Testing

struct ConfigurationDumpTests {
  private func parse(_ text: String) throws(ConfigurationDumpError) -> ConfigurationDump {
    try ConfigurationDump(parsing: Array(text.utf8))
  }

  private func function(_ address: String, _ bytes: [UInt8]) throws -> ConfigurationDump.Function {
    .init(address: try #require(FunctionAddress(address)), image: ConfigurationImage(bytes))
  }

  @Test func `functions stand in the text's order, with segments of up to eight digits`() throws {
    let dump = try parse(
      """
      00:1f.3 0c05: 8086:3a30
      00: 86 80 30 3A

      0001:02:00.0 Host bridge
      00: 01 02
      02: 03 04
      10000:00:01.0 next, without an empty line between
      00: ff
      89abcdef:ff:1f.7 last
      00: 00
      """)
    #expect(
      dump.functions == [
        try function("00:1f.3", [0x86, 0x80, 0x30, 0x3A]),
        try function("0001:02:00.0", [1, 2, 3, 4]), try function("10000:00:01.0", [0xFF]),
        try function("89abcdef:ff:1f.7", [0]),
      ])
    #expect(dump.functionsWithoutRegisters == [])
  }

  @Test func `a whole log is read, whatever stands around and between`() throws {
    let dump = try parse(
      "$ lspci; lspci -vvvxxxx\r\n00:00.0 Host bridge: first without registers\r\n"
        + "00:02.0 Never with any\n00:02.0 Never with any\n\n"
        + "00:00.0 Host bridge: Intel\r\n\tControl: I/O-\r\n\tCapabilities: [e0] Vendor\r\n"
        + "\t\te0: 09 00\r\n00: 86 80\r\n02: 37 12\t \r\n\r\n04: 07 00 behind an empty line\r\n"
        + "12:45.0 a time, no address\n00:00.8 no function\n0:0:0.0 no form\n$ exit")
    #expect(dump.functions == [try function("00:00.0", [0x86, 0x80, 0x37, 0x12])])
    #expect(dump.functionsWithoutRegisters == [FunctionAddress("00:02.0")])
  }

  @Test(
    arguments: [
      ("00:00.0 x\n00: 86 8", 2, .malformedBytes), ("00:00.0 x\n00: ", 2, .malformedBytes),
      ("00:00.0 x\n\n00:01.0 x\n00: 86 80 x", 4, .malformedBytes),
      ("00:00.0 x\n00: 86  80", 2, .malformedBytes), ("00:00.0 x\n00: 086 80", 2, .malformedBytes),
      (
        "00:00.0 x\n00: 1\u{0}", 2, .malformedBytes
      ),
    ] as [(String, Int, ConfigurationDumpError.Reason)])
  func `damaged registers are an error with their line`(
    text: String, line: Int, reason: ConfigurationDumpError.Reason
  ) {
    #expect(throws: ConfigurationDumpError(line: line, reason: reason)) { try parse(text) }
  }

  @Test func `a path through bridges with its bus numbers is an address`() throws {
    let dump = try parse(
      "00:03.0/02:00.0/03:02.0 x\n00: 01\n\n0001:00:1c.0/05:00.1 y\n00: 02\n")
    #expect(
      dump
        == ConfigurationDump([
          try function("03:02.0", [1]), try function("0001:05:00.1", [2]),
        ]))
  }

  @Test func `registers of what is no address are left out, with their line`() throws {
    let dump = try parse(
      "00:20.0 x\n00: 01\n10: 02\n\n00:01.0 y\n00: 03\n\n00:1c.0/00.0 z\n00: 04\n12:45.8 none\n")
    #expect(dump.functions == [try function("00:01.0", [3])])
    #expect(
      dump.ignoredRegisters == [
        .init(line: 1, reason: .invalidAddress("00:20.0")),
        .init(line: 8, reason: .path("00:1c.0/00.0")),
      ])
    #expect(
      dump.ignoredRegisters.map(\.description) == [
        "line 1: 00:20.0: expected a device up to 1f and a function up to 7: left out",
        "line 8: 00:1c.0/00.0: expected an address, or a path with bus numbers (lspci -PP): left "
          + "out",
      ])
  }

  @Test func `registers behind a damaged heading, or none, are left out, with their line`() throws {
    let row = (0..<16).map { _ in "ff" }.joined(separator: " ")
    let dump = try parse(
      "00:0l.0 x\n00: 01 02\n10: 03\n\n00:01.0 y\n00: 04\n\n10: eth0\n00: no bytes\n00: 05\n\n"
        + "08: \(row)\n10: 06\n20: \(row)\n30: \(row)\n")
    #expect(dump.functions == [try function("00:01.0", [4])])
    #expect(
      dump.ignoredRegisters == [
        .init(line: 2, reason: .noHeading), .init(line: 10, reason: .noHeading),
        .init(line: 14, reason: .noHeading),
      ])
    #expect(
      IgnoredRegisters(line: 2, reason: .noHeading).description
        == "line 2: registers without the line that names their function: left out")
  }

  @Test(
    arguments: [
      ("10: 00", [], 2, 0x10, 0), ("00: 05\n00: 06", [5], 3, 0, 1),
      ("00: 05\n10: 06\n01: 07", [5], 3, 0x10, 1),
      ("00: 05\nffffffff: 00", [5], 3, .max, 1),
    ] as [(String, [UInt8], Int, UInt32, Int)])
  func `registers behind a gap are left out, and those of the other functions are not`(
    text: String, bytes: [UInt8], line: Int, offset: UInt32, expected: Int
  ) throws {
    let dump = try parse("00:00.0 x\n\(text)\n\n00:01.0 x\n00: 08\n")
    let cut = try function("00:00.0", bytes)
    #expect(dump.functions == (bytes.isEmpty ? [] : [cut]) + [try function("00:01.0", [8])])
    #expect(dump.functionsWithoutRegisters == (bytes.isEmpty ? [cut.address] : []))
    #expect(
      dump.ignoredRegisters == [
        .init(line: line, reason: .gap(cut.address, offset: offset, expected: expected))
      ])
  }

  @Test func `of two dumps in one log the first counts, alone where they differ`() throws {
    let first = "00:00.0 x\n00: 01\n\n00:02.0 x\n00: 02\n\n"
    let functions = [try function("00:00.0", [1]), try function("00:02.0", [2])]
    let whole = try parse(first)
    #expect(whole == ConfigurationDump(functions))
    #expect(try parse(first + first + "00:02.0 x\n00: 02\n") == whole)
    #expect(try parse("00:01.0 x\n00: 01 02\n00:01.0 x\n00: 01\n").ignoredRegisters == [])
    for second in [
      "00:00.0 x\n00: 01\n\n00:02.0 x\n00: 03\n", "00:00.0 x\n00: 01\n\n00:03.0 x\n00: 02\n",
      "00:00.0 x\n00: 01\n\n00:04.0 unread\n\n00:05.0 x\n04: 01\n\n00:02.0 x\n00: 02 03\n",
    ] {
      let dump = try parse(first + "log\n" + second)
      #expect(dump.functions == functions)
      #expect(dump.functionsWithoutRegisters == [])
      #expect(dump.ignoredRegisters == [.init(line: 8, reason: .secondDump)])
    }
    #expect(
      IgnoredRegisters(line: 8, reason: .secondDump).description
        == "line 8: a second dump begins, which differs from the first: left out; to read it, cut "
        + "off what stands before")
  }

  @Test func `a function has at most 4096 bytes`() throws {
    let bytes = [UInt8](repeating: 0x5A, count: 4096)
    let text = "00:00.0 x\n" + ConfigurationImage(bytes).hexDump()
    #expect(try parse(text).functions == [try function("00:00.0", bytes)])
    #expect(throws: ConfigurationDumpError(line: 258, reason: .tooManyBytes)) {
      try parse(text + "1000: 00")
    }
  }

  @Test func `errors say line, value and what was expected`() {
    #expect(
      [
        ConfigurationDumpError(line: 2, reason: .malformedBytes).description,
        ConfigurationDumpError(line: 4, reason: .tooManyBytes).description,
        IgnoredRegisters(
          line: 3, reason: .gap(.hostBridge, offset: 0x20, expected: 0x10)
        ).description,
      ] == [
        "line 2: expected an offset, a colon and bytes of two hexadecimal digits",
        "line 4: expected at most 4096 bytes of a function",
        "line 3: 0000:00:00.0, offset 20: expected 10: left out from there on",
      ])
  }

  @Test func `registers are written in lines of 16 bytes, offsets with as many digits as needed`() {
    let image = ConfigurationImage((0..<260).map { UInt8(truncatingIfNeeded: $0) })
    let lines = image.hexDump().split(separator: "\n")
    #expect(lines.count == 17)
    #expect(lines[0] == "00: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f")
    #expect(lines[15] == "f0: f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff")
    #expect(lines[16] == "100: 00 01 02 03")
    #expect(image.hexDump(limit: 4) == "00: 00 01 02 03\n")
    #expect(image.hexDump(limit: 0) == "")
    #expect(ConfigurationImage([]).hexDump() == "")
  }

  @Test func `what is written is read as it was, and damage is an error or other registers`() throws
  {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<500 {
      let functions = (0..<generator.next(upperBound: 4 as UInt)).map { index in
        ConfigurationDump.Function(
          address: FunctionAddress(
            segment: UInt32.random(in: 0...UInt32.max, using: &generator),
            routingID: UInt16(truncatingIfNeeded: index)),
          image: ConfigurationImage(
            (0..<Int.random(in: 1...300, using: &generator)).map { _ in
              UInt8.random(in: 0...255, using: &generator)
            }))
      }
      let text = functions.map { "\($0.address) text\n\($0.image.hexDump())\n" }.joined()
      #expect(try parse(text) == ConfigurationDump(functions))
      var bytes = Array(text.utf8)
      guard !bytes.isEmpty else { continue }
      for _ in 0..<3 {
        bytes[Int.random(in: bytes.indices, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      let damaged = try? ConfigurationDump(parsing: bytes)
      for function in damaged?.functions ?? [] {
        #expect(1...4096 ~= function.image.bytes.count)
      }
    }
  }
}
