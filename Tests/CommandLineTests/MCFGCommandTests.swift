import Foundation
import TestSupport
import Testing

/// The bytes of a table with a right checksum; a line of 16 bytes for each entry.
private func table(_ entries: [[UInt8]]) -> [UInt8] {
  var bytes: [UInt8] = Array("MCFG".utf8) + [UInt8](repeating: 0, count: 40)
  bytes += entries.joined()
  bytes[4] = UInt8(bytes.count)
  bytes[8] = 1
  bytes[9] = 0 &- bytes.reduce(0, &+)
  return bytes
}

/// Segment 0, buses 0 to 255 at 0xE0000000.
private let good: [UInt8] = [0, 0, 0, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0]
/// Segment 1, buses 2 to 1 at 0xD0000000.
private let reversed: [UInt8] = [0, 0, 0, 0xD0, 0, 0, 0, 0, 1, 0, 2, 1, 0, 0, 0, 0]

struct MCFGCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  @Test func `a good table is shown, status 0`() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("good", table([good]))
    #expect(
      try await pcicfg.run("mcfg", file)
        == Tool.Outcome(
          status: .exited(0),
          output: """
            Table     \(file)
            Size      60 bytes
            Verdict   good: 1 entry

            Entry  Base        Segm  Buses  Addresses
            0      0xe0000000  0000  00-ff  0xe0000000-0xefffffff

            """, errors: ""))
  }

  @Test func `standard input may hold the table`() async throws {
    let folder = try TemporaryDirectory()
    let outcome = try await pcicfg.bash(
      "\"$0\" mcfg - < \"$1\"", [try folder.write("good", table([good]))])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.hasPrefix("Table     -\nSize      60 bytes\n"))
  }

  @Test func `a good table as JSON has exactly the documented keys`() async throws {
    let folder = try TemporaryDirectory()
    let outcome = try await pcicfg.run("mcfg", try folder.write("good", table([good])), "--json")
    #expect(outcome.status == .exited(0))
    let wanted: NSDictionary = [
      "schema": "pcicfg.mcfg", "version": 1, "findings": [Any](),
      "entries": [["base": "0xe0000000", "segment": 0, "startBus": 0, "endBus": 255]],
    ]
    #expect(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? NSDictionary == wanted)
  }

  @Test func `a faulty table ends with status 1 and says what is wrong`() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("bad", table([good, reversed]) + [7])
    let text = try await pcicfg.run("mcfg", file)
    #expect(
      text
        == Tool.Outcome(
          status: .exited(1),
          output: """
            Table     \(file)
            Size      77 bytes
            Verdict   faulty: 2 entries, 1 error, 1 note

            Entry  Base        Segm  Buses  Addresses
            0      0xe0000000  0000  00-ff  0xe0000000-0xefffffff
            1      0xd0000000  0001  02-01  no region

            Findings
              note     1 byte behind the table's length: ignored (bytes-after-table)
              error    entry 1: buses 02 to 01: expected the first not behind the last
                       (reversed-buses)

            """, errors: ""))
    let json = try await pcicfg.run("mcfg", "--json", file)
    #expect(json.status == .exited(1))
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? NSDictionary
    let wanted: NSArray = [
      [
        "tag": "bytes-after-table", "severity": "note", "value": "0x1",
        "text": "1 byte behind the table's length: ignored",
      ],
      [
        "tag": "reversed-buses", "severity": "error", "entry": 1, "value": "0x2",
        "text": "entry 1: buses 02 to 01: expected the first not behind the last",
      ],
    ]
    #expect(object?["findings"] as? NSArray == wanted)
  }

  @Test func `a warning alone is status 1, a note alone 0`() async throws {
    let folder = try TemporaryDirectory()
    var bytes = table([good])
    bytes[20] ^= 0x11
    let warned = try await pcicfg.run("mcfg", try folder.write("sum", bytes))
    #expect(warned.status == .exited(1))
    #expect(warned.output.contains("\n  warning  the checksum is wrong: "))
    let noted = try await pcicfg.run("mcfg", try folder.write("long", table([good]) + [0, 0]))
    #expect(noted.status == .exited(0))
    #expect(noted.output.contains("\nVerdict   good: 1 entry, 1 note\n"))
  }

  @Test func `bytes that are no table are judged, not refused`() async throws {
    let folder = try TemporaryDirectory()
    let outcome = try await pcicfg.run("mcfg", try folder.write("text", Array("hello".utf8)))
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("\n  error    5 bytes: expected at least 44 (too-short)\n"))
  }

  @Test func `a pipe is a file, too`() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("good", table([good]))
    let outcome = try await pcicfg.bash("cat \"$1\" | \"$0\" mcfg /dev/stdin", [file])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.contains("\nVerdict   good: 1 entry\n"))
  }

  @Test func `a recorded machine's table is read below its root`() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("sys/firmware/acpi/tables/MCFG", table([good]))
    let outcome = try await pcicfg.run("mcfg", "--root", folder.path)
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.output.hasPrefix("Table     \(file)\nSize      60 bytes\nVerdict   good: 1 entry\n"))
  }

  @Test func `nothing to read is status 2 and one line`() async throws {
    let folder = try TemporaryDirectory()
    let empty = try folder.write("empty", [])
    _ = try folder.write("cpuid", [])
    let own = "/sys/firmware/acpi/tables/MCFG"
    let wanted = "expected a file with the bytes of an MCFG table"
    for (arguments, line) in [
      (["/nonexistent"], "open /nonexistent: ENOENT (No such file or directory): \(wanted)"),
      ([folder.path], "read \(folder.path): EISDIR (Is a directory): \(wanted)"),
      (
        ["/dev/zero"],
        "read /dev/zero: EFBIG (File too large): expected an MCFG table, at most 2097152 bytes"
      ),
      ([empty], "\(empty) is empty: expected the bytes of an MCFG table"),
      (
        ["--root", folder.path],
        "\(folder.path)\(own) does not exist: the record has no MCFG table; "
          + "copy it there from its machine, as root"
      ),
      (
        ["--root", "/nonexistent"],
        "/nonexistent: ENOENT (No such file or directory): "
          + "expected the directory of a recorded machine"
      ),
    ] {
      #expect(
        try await pcicfg.bash("\"$0\" mcfg \"$@\"", arguments)
          == Tool.Outcome(status: .exited(2), output: "", errors: "pcicfg: \(line)\n"))
    }
  }

  @Test func `this machine's own table is shown or missed with one line`() async throws {
    let outcome = try await pcicfg.run("mcfg")
    if outcome.status == .exited(2) {
      #expect(outcome.output == "")
      #expect(outcome.errors.contains("/sys/firmware/acpi/tables/MCFG"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    } else {
      #expect([.exited(0), .exited(1)].contains(outcome.status))
      #expect(outcome.output.hasPrefix("Table     /sys/firmware/acpi/tables/MCFG\n"))
      #expect(outcome.errors == "")
    }
  }

  @Test func `a file and a record at once are a usage error`() async throws {
    #expect(
      try await pcicfg.run("mcfg", "table", "--root", "/")
        == Tool.Outcome(
          status: .exited(64), output: "",
          errors: "pcicfg: a file excludes --root and -F: expected at most one "
            + "(see 'pcicfg mcfg --help')\n"))
  }

  @Test func `help and the widest table stay within 80 columns`() async throws {
    let folder = try TemporaryDirectory()
    let wide: [UInt8] = [0, 0, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 1, 0, 0, 0]
    _ = try folder.write("wide", table([wide, wide]))
    let outcome = try await pcicfg.bash("cd \"$1\" && \"$0\" mcfg wide", [folder.path])
    #expect(outcome.status == .exited(1))
    #expect(outcome.output.contains("\n  error    entry 1: buses 00 to ff are in entry 0 as well"))
    let help = try await pcicfg.run("mcfg", "--help")
    #expect(help.status == .exited(0))
    for line in (outcome.output + help.output).split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }
}
