import Foundation
import TestSupport
import Testing

struct DiffCommandTests {
  private let pcicfg = Tool(name: "pcicfg")
  private let header = "86 80 d3 10 00 01 00 00 00 00 00 02 00 00 00 00"
  private let changed = "86 80 d3 10 07 05 00 00 00 00 00 02 00 00 00 00"

  private func dump(_ registers: String, _ address: String = "00:02.0") throws -> TemporaryFile {
    let rest = ["10", "20", "30"].map {
      "\($0):" + String(repeating: " 00", count: 16) + "\n"
    }.joined()
    return try TemporaryFile(Array("\(address) Ethernet\n00: \(registers)\n\(rest)".utf8))
  }

  @Test func `the same is status 0`() async throws {
    let first = try dump(header)
    let second = try dump(header)
    #expect(
      try await pcicfg.run("diff", first.path, second.path)
        == .init(
          status: .exited(0),
          output: """
            a  \(first.path)
            b  \(second.path)

            No difference

            Not compared
            \([first.path, second.path].sorted().map {
              "  \($0) is a dump: nothing but functions and registers"
            }.joined(separator: "\n"))

            """, errors: ""))
  }

  @Test func `standard input stands for a dump`() async throws {
    let file = try dump(header)
    let outcome = try await pcicfg.bash("\"$0\" diff - \"$1\" < \"$1\"", [file.path])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.hasPrefix("a  -\nb  \(file.path)\n\nNo difference\n"))
  }

  @Test func `differences are status 1, and named`() async throws {
    let first = try dump(header)
    let second = try dump(changed)
    let outcome = try await pcicfg.run("diff", first.path, second.path)
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors == "")
    #expect(
      outcome.output.contains("\n  0000:00:02.0 register 0x04 COMMAND: 0x0100 -> 0x0507\n"))
  }

  @Test func `damaged answers of a recording are named as not compared`() async throws {
    let recording = try TemporaryDirectory()
    let bytes = [0x86, 0x80, 0xD3, 0x10] + [UInt8](repeating: 0, count: 60)
    try recording.write("sys/bus/pci/devices/0000:00:02.0/config", bytes)
    try recording.write("answers", "pcicfg-answers 2\nopen ENOENT boot\nnonsense\n")
    let outcome = try await pcicfg.run("diff", recording.path, recording.path)
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    let words = outcome.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("\(recording.path): answers: line 3: damaged: left out"))
  }

  @Test func `a program reads them from the document`() async throws {
    let first = try dump(header)
    let second = try dump(changed, "00:03.0")
    let outcome = try await pcicfg.run("diff", "--json", first.path, second.path)
    #expect(outcome.status == .exited(1))
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "pcicfg.diff")
    #expect(document["version"] as? Int == 1)
    #expect(document["a"] as? String == first.path)
    #expect(document["b"] as? String == second.path)
    #expect(
      document["differences"] as? [[String: String]] == [
        ["kind": "function", "function": "0000:00:02.0", "a": "8086:10d3 class 020000"],
        ["kind": "function", "function": "0000:00:03.0", "b": "8086:10d3 class 020000"],
      ])
    #expect((document["notCompared"] as? [String])?.count == 2)
  }

  @Test func `this machine differs from a dump of another one, and not from itself`() async throws {
    let itself = try await pcicfg.run("diff", "live", "live")
    #expect(itself.status == .exited(0))
    let other = try dump(header, "ffff:ff:1f.7")
    let outcome = try await pcicfg.run("diff", other.path, "live")
    #expect(outcome.status == .exited(1))
    #expect(outcome.output.contains("\n- ffff:ff:1f.7: 8086:10d3 class 020000\n"))
  }

  @Test func `what is nothing to look at is one line, status 2`() async throws {
    let dump = try dump(header)
    let missing = try await pcicfg.run("diff", dump.path, "/nonexistent")
    #expect(
      missing
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: /nonexistent: there is no such file: expected a record's directory, "
            + "a file with what 'lspci -x' prints, or live\n"))
    let directory = try TemporaryDirectory()
    try directory.write("proc/cmdline", Array("quiet\n".utf8))
    #expect(
      try await pcicfg.run("diff", directory.path, dump.path)
        == .init(
          status: .exited(2), output: "",
          errors: "pcicfg: \(directory.path)/sys/bus/pci/devices does not exist: the record has no "
            + "PCI functions\n"))
    let alone = try await pcicfg.run("diff", dump.path)
    #expect(alone.status == .exited(64))
  }
}
