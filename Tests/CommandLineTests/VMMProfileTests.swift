import Foundation
import GuestProtocol
import TestSupport
import Testing

/// What tests look at in `vmm run --json`.
private struct Document: Decodable {
  struct Place: Decodable, Hashable {
    var space: String
    var address: UInt64
  }

  struct Times: Decodable {
    var samples: UInt64
    var total: UInt64
    var minimum: UInt64
    var maximum: UInt64
    var mean: Double
    var relativeError: Double
  }

  struct Kind: Decodable {
    var kind: String
    var times: Times
  }

  struct Access: Decodable {
    var place: Place
    var direction: String
    var times: Times

    /// The access and its samples in one line.
    var text: String { "\(place.space) \(place.address) \(direction) \(times.samples)" }
  }

  struct Writes: Decodable {
    var writes: UInt64
  }

  struct Section: Decodable {
    var name: String
    var exits: UInt64
    var kinds: [Kind]
    var accesses: [Access]
    var coalesced: [Writes]
    var doorbells: [Writes]
  }

  struct Profile: Decodable {
    var total: Section
    var sections: [Section]
  }

  struct Count: Decodable {
    var name: String
    var value: UInt64
    var isLevel: Bool
  }

  struct Source: Decodable {
    var name: String
    var counts: [Count]
  }

  struct Counts: Decodable {
    var available: Bool
    var sources: [Source]
  }

  var schema: String
  var version: Int
  var image: String
  var profile: Profile?
  var statistics: Counts?
}

@Suite("vmm run --profile and --stats", .hangLimit)
struct VMMProfileTests {
  private let vmm = Tool(name: "vmm")

  /// `mov cx, 100; again: out 0x80, al; in al, 0x81; loop again`, then a line and the end.
  private static let code: [UInt8] =
    [0xB9, 0x64, 0x00, 0xE6, 0x80, 0xE4, 0x81, 0xE2, 0xFA] + TinyROM.printing("x")
    + TinyROM.exit(0)

  private func image(of suite: String) throws -> String {
    "\(try vmm.path.dropLast("vmm".count))pcicfg_GuestROMs.resources/\(suite).rom"
  }

  /// Runs a guest with a document, which goes to a pipe's other end: standard error is last.
  private func document(
    _ image: String, _ options: String
  ) async throws -> (Document, Tool.Outcome) {
    let outcome = try await vmm.bash(
      #"f=$(mktemp); "$0" run "$1" --timeout 600 \#(options) --json "$f" >/dev/null; s=$?; cat "$f"; rm "$f"; exit $s"#,
      [image])
    return (try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8)), outcome)
  }

  @Test(
    "What does not go together is one line, status 64",
    arguments: [
      (["--sections"], "--sections: needs --profile"),
      (["--json", "x.json"], "--json x.json: needs --profile or --stats"),
      (
        ["--profile", "--json", "-"],
        "--json -: expected a file: standard output is the guest's"
      ),
    ])
  func usage(options: [String], message: String) async throws {
    let outcome = try await vmm.bash(#""$0" run x "$@""#, options)
    #expect(
      outcome
        == .init(
          status: .exited(64), output: "", errors: "vmm: \(message) (see 'vmm run --help')\n"))
  }

  @Test("Tables go to standard error, and standard output is the guest's", .needsKVM)
  func tables() async throws {
    let rom = try TinyROM(Self.code)
    let outcome = try await vmm.run("run", rom.path, "--profile", "--stats")
    #expect(outcome.status == .exited(0))
    #expect(outcome.output == "x\n")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.first == "EXITS TO USER SPACE: 203")
    for start in [
      "0x80:POUT             100 ", "0x81:PIN              100 ", "0x3f8:POUT              2 ",
      "0xf4:POUT               1 ", "KVM STATISTICS", "  insn_emulation ",
    ] {
      #expect(lines.contains { $0.hasPrefix(start) }, "\(start)")
    }
  }

  @Test("Without the options nothing is printed, whatever a guest marks", .needsKVM)
  func silence() async throws {
    let rom = try TinyROM([0xB0, 0x0A, 0xE6, 0xED] + Self.code)
    #expect(
      try await vmm.run("run", rom.path) == .init(status: .exited(0), output: "x\n", errors: ""))
  }

  @Test("How the guest ended comes behind the tables", .needsKVM)
  func ending() async throws {
    let rom = try TinyROM([0xF4])
    let outcome = try await vmm.run("run", rom.path, "--profile")
    #expect(outcome.status == .exited(10))
    #expect(outcome.errors.hasPrefix("EXITS TO USER SPACE: 1\n"))
    #expect(
      outcome.errors.hasSuffix(
        "\nvmm: \(rom.path): halted at 0xf0001 with nothing to wake it\n"))
  }

  @Test("The document has whole values", .needsKVM)
  func json() async throws {
    let rom = try TinyROM(Self.code)
    let (document, outcome) = try await document(rom.path, "--profile --stats")
    #expect(outcome.status == .exited(0))
    #expect(document.schema == "pcicfg.vmm-profile" && document.version == 1)
    #expect(document.image == rom.path)
    let profile = try #require(document.profile)
    #expect(profile.sections.isEmpty)
    #expect(
      profile.total.accesses.map(\.text) == [
        "port 128 write 100", "port 129 read 100", "port 244 write 1", "port 1016 write 2",
      ])
    #expect(
      profile.total.kinds.map { "\($0.kind) \($0.times.samples)" } == [
        "port read 100", "port write 103", "memory read 0", "memory write 0", "other 0",
      ])
    #expect(profile.total.exits == 203)
    #expect(profile.total.coalesced.isEmpty && profile.total.doorbells.isEmpty)
    for times in profile.total.accesses.map(\.times) {
      #expect(times.minimum <= times.maximum && times.maximum <= times.total)
      #expect(times.mean == Double(times.total) / Double(times.samples))
      #expect(times.samples > 1 || times.relativeError == 0)
    }
    let statistics = try #require(document.statistics)
    #expect(statistics.available && statistics.sources.count == 2)
    #expect(
      statistics.sources.allSatisfy { $0.counts.allSatisfy { $0.value != 0 } })
  }

  @Test("A document has only what was asked for", .needsKVM)
  func parts() async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    let (profile, _) = try await document(rom.path, "--profile")
    #expect(profile.profile != nil && profile.statistics == nil)
    let (statistics, _) = try await document(rom.path, "--stats")
    #expect(statistics.profile == nil && statistics.statistics != nil)
  }

  @Test(
    "A file that cannot be written is one line, status 2", .needsKVM,
    arguments: [
      ("/no/such/file", "No such file or directory"), ("/tmp", "Is a directory"),
      ("/dev/full", "No space left on device"),
    ])
  func badFile(path: String, message: String) async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    let outcome = try await vmm.run("run", rom.path, "--profile", "--json", path)
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors.hasSuffix("vmm: \(path): \(message)\n"))
  }

  @Test("A suite marks each of its checks where that is asked for", .needsKVM)
  func sections() async throws {
    let image = try image(of: "conf1")
    let plain = try await vmm.run("run", image, "--timeout", "600")
    var parser = RecordParser()
    let records = parser.append(plain.output.utf8) + parser.finish()
    let checks = records.compactMap { record in
      if case .result(_, let id, _) = record { "\(id)" } else { nil }
    }
    #expect(!checks.isEmpty)

    let (document, outcome) = try await document(image, "--profile --sections")
    #expect(outcome.status == .exited(GuestExit.finished.status))
    let profile = try #require(document.profile)
    #expect(profile.sections.map(\.name) == [""] + checks)
    #expect(profile.sections.map(\.exits).reduce(0, +) == profile.total.exits)
    // Every check touches the ports of mechanism #1, and nobody prints within one.
    for section in profile.sections.dropFirst() {
      let ports = Set(section.accesses.map(\.place.address))
      #expect(!ports.isEmpty && ports.allSatisfy { (0xCF8...0xCFF).contains($0) })
    }
    let text = outcome.errors.split(separator: "\n")
    #expect(text.allSatisfy { $0.count <= 80 })
    #expect(text.contains { $0.hasPrefix("SECTION \(checks[0]): ") })

    let (unmarked, _) = try await self.document(image, "--profile")
    #expect(try #require(unmarked.profile).sections.isEmpty)
  }

  @Test("An image without a parameter block cannot be asked for sections")
  func noBlock() async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    #expect(
      try await vmm.run("run", rom.path, "--profile", "--sections")
        == .init(
          status: .exited(2), output: "",
          errors: "vmm: \(rom.path): the image has no parameter block\n"))
  }
}
