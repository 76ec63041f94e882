import Foundation
import GuestProtocol
import PCIConfig
import TestSupport
import Testing

/// A folder with a hypervisor that is a shell script, and files that describe it.
private struct StandIn {
  private let folder: TemporaryDirectory
  var path: String { folder.path }
  var hypervisors: String { path + "/hypervisors.yml" }
  var deviations: String { path + "/deviations.yml" }

  /// - Parameters:
  ///   - script: What the hypervisor does.
  ///   - needs: What it needs.
  ///   - deviations: Entries of deviations.yml.
  ///   - suites: What the file says of suites.
  init(
    _ script: String, needs: String = "", deviations: String = "[]",
    suites: String = "suites: { harness: { default: false } }"
  ) throws {
    folder = try TemporaryDirectory()
    let script = try folder.writeScript("script", script)
    try folder.write(
      "hypervisors.yml",
      """
      hypervisors:
        - name: stand-in
          description: a script
          product: script
          command: ["\(script)", "{image}"]
          needs: [\(needs)]
          statuses: { 33: finished }
      \(suites)

      """)
    try folder.write("deviations.yml", "deviations: \(deviations)\n")
  }
}

/// What a guest prints whose only check is `harness.guest.fails`.
private func guest(_ result: String) -> String {
  """
  printf 'KTAP version 1\\n1..1\\n# check harness.guest.fails\\n\(result)\\n'
  exit 33
  """
}

private let passing = guest("ok 1 harness.guest.fails\\n# wanted 1 saw 1")
private let failing = guest("not ok 1 harness.guest.fails\\n# wanted 1 saw 2")

@Suite("guestctl", .hangLimit)
struct GuestctlCommandTests {
  private let guestctl = Tool(name: "guestctl")

  private func run(
    _ standIn: StandIn, _ arguments: String..., line: String = #""$0" run "$@""#
  ) async throws -> Tool.Outcome {
    try await guestctl.bash(
      line,
      arguments + [
        "--hypervisors", standIn.hypervisors, "--deviations", standIn.deviations,
        "--timeout", "600",
      ])
  }

  @Test func `--version prints the package's version`() async throws {
    #expect(
      try await guestctl.run("--version")
        == .init(status: .exited(0), output: PCIConfigVersion.current + "\n", errors: ""))
  }

  @Test func `--help shows examples and every exit status`() async throws {
    let outcome = try await guestctl.run("--help")
    #expect(outcome.status == .exited(0))
    for text in ["Examples:", "Exit status:", "\n  0 ", "\n  1 ", "\n  2 ", "\n  64 "] {
      #expect(outcome.output.contains(text), "\(text)")
    }
  }

  @Test func `A good run ends with 0 and says so`() async throws {
    let outcome = try await run(try StandIn(passing), "harness.guest.fails")
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.hasSuffix(" 1 result: 1 pass\nGood: nothing failed.\n"))
    #expect(outcome.errors == "")
  }

  @Test func `A failure ends with 1 and with the command that repeats it`() async throws {
    let standIn = try StandIn(failing)
    let outcome = try await run(standIn, "harness.guest.fails")
    #expect(outcome.status == .exited(1))
    let command = try #require(
      outcome.output.split(separator: "\n").first { $0.hasPrefix("  again     guestctl ") })
    let words = command.dropFirst("  again     guestctl ".count).split(separator: " ")
    let again = try await guestctl.bash(#""$0" "$@""#, words.map { String($0) })
    #expect(again.status == .exited(1))
    #expect(again.output.contains("harness.guest.fails\n  wanted    1\n  FAIL      stand-in\n"))
  }

  @Test func `A deviation explains, and one that no longer shows fails the run`() async throws {
    let entry = "[{check: harness.guest.fails, on: [stand-in], saw: '2', why: x, reference: y}]"
    let explained = try await run(try StandIn(failing, deviations: entry), "harness.guest.fails")
    #expect(explained.status == .exited(0))
    #expect(explained.output.contains("deviation stand-in\n            saw 2\n            x\n"))
    let outdated = try await run(try StandIn(passing, deviations: entry), "harness.guest.fails")
    #expect(outdated.status == .exited(1))
    #expect(outdated.output.contains("UNEXP.PASS"))
  }

  @Test func `JSON goes to a file, or to standard output in place of the text`() async throws {
    let standIn = try StandIn(failing)
    let file = "\(standIn.path)/report.json"
    let outcome = try await run(standIn, "harness.guest.fails", "--json", file)
    #expect(outcome.status == .exited(1))
    #expect(outcome.output.contains("NOT GOOD"))
    let verdicts = [GuestReport.Verdict(check: "harness.guest.fails", outcome: "fail", saw: "2")]
    for data in [
      try Data(contentsOf: URL(fileURLWithPath: file)),
      Data(try await run(standIn, "harness.guest.fails", "--json", "-").output.utf8),
    ] {
      let report = try JSONDecoder().decode(GuestReport.self, from: data)
      #expect(report.runs.map(\.verdicts) == [verdicts])
      #expect(!report.good)
    }
  }

  @Test func `A hypervisor that cannot run here is listed, and 2 where there is no other`()
    async throws
  {
    let standIn = try StandIn("")
    try FileManager.default.removeItem(atPath: "\(standIn.path)/script")
    let outcome = try await run(
      standIn, "harness.guest.fails", line: #"COLUMNS=200 "$0" run "$@""#)
    #expect(outcome.status == .exited(2))
    #expect(outcome.output.contains("\nNOTHING RAN.\n"))
    #expect(
      outcome.output.contains("stand-in cannot run here: there is no \(standIn.path)/script;"))
    #expect(
      outcome.errors == "guestctl: no hypervisor that was asked for can run here; see above\n")
  }

  @Test(arguments: [
    (["run", "conf2"], 64, "guestctl: no suite or check matches conf2: did you mean 'conf1'?\n"),
    (
      ["run", "--on", "vmn"], 64, "guestctl: no hypervisor matches vmn: did you mean 'vmm'?\n"
    ),
    (["lst"], 64, "guestctl: lst: no such command: did you mean 'list'? (see 'guestctl --help')\n"),
    (
      ["help", "rnu"], 64,
      "guestctl: rnu: no such command: did you mean 'run'? (see 'guestctl --help')\n"
    ),
    (
      ["run", "--jbos", "2"], 64,
      "guestctl: unknown option '--jbos': did you mean '--jobs'? (see 'guestctl run --help')\n"
    ),
    (
      ["run", "--jobs", "0"], 64,
      "guestctl: --jobs 0: expected at least 1 (see 'guestctl run --help')\n"
    ),
    (
      ["list", "--data", "/nonexistent"], 2,
      """
      guestctl: no guest images: there is no /nonexistent; install them or name their folder with \
      --data

      """
    ),
    (
      ["run", "--hypervisors", "/nonexistent"], 2,
      "guestctl: /nonexistent: there is no such file\n"
    ),
    (
      ["run", "--save", ""], 64,
      "guestctl: --save '': expected a folder (see 'guestctl run --help')\n"
    ),
    (
      ["run", "--save", "a,b"], 64,
      "guestctl: --save a,b: expected a path without a comma (see 'guestctl run --help')\n"
    ),
    (
      ["run", "--json", "conf1", "--on", "vmm"], 64,
      "guestctl: --json conf1: that is a suite; expected a file, or - for standard output\n"
    ),
    (
      ["run", "conf1", "--json", "/nonexistent/report"], 2,
      "guestctl: /nonexistent/report: No such file or directory\n"
    ),
    (["run", "--hypervisors", "/dev/null"], 2, "guestctl: /dev/null: the file is empty\n"),
  ])
  func `What cannot be done is one clear line`(
    arguments: [String], status: Int32, message: String
  ) async throws {
    #expect(
      try await guestctl.bash(#""$0" "$@""#, arguments)
        == .init(status: .exited(status), output: "", errors: message))
  }

  @Test func `list shows every suite, check and hypervisor, also as JSON`() async throws {
    struct List: Decodable {
      struct Suite: Decodable {
        var name: String
        var isDefault: Bool
        var checks: [String]
      }

      struct Hypervisor: Decodable {
        var name: String
      }

      var suites: [Suite]
      var hypervisors: [Hypervisor]
    }
    let text = try await guestctl.run("list")
    #expect(text.status == .exited(0))
    let json = try await guestctl.run("list", "--json")
    let list = try JSONDecoder().decode(List.self, from: Data(json.output.utf8))
    #expect(
      list.hypervisors.map(\.name)
        == [
          "vmm", "vmm-read-only", "qemu-kvm-q35", "qemu-kvm-pc", "qemu-tcg-q35", "qemu-tcg-pc",
          "qemu-kvm-microvm-pcie", "qemu-tcg-microvm-pcie", "qemu-tcg-microvm", "qemu-tcg-isapc",
        ])
    #expect(list.suites.filter { !$0.isDefault }.map(\.name) == ["harness"])
    for suite in list.suites {
      #expect(!suite.checks.isEmpty, "\(suite.name)")
      for check in suite.checks { #expect(text.output.contains("\n  \(check)\n")) }
    }
  }

  @Test func `A reader that goes away ends the program quietly`() async throws {
    let outcome = try await guestctl.bash(
      #""$0" list | head -n 1; exit ${PIPESTATUS[0]}"#, [])
    #expect(outcome == .init(status: .exited(0), output: "SUITES\n", errors: ""))
  }

  @Test func `What cannot be written is one clear line with the system's reason`() async throws {
    let standIn = try StandIn(passing)
    for (arguments, line, message) in [
      (["--save", "/dev/null"], #""$0" run "$@""#, "/dev/null/harness.stand-in: Not a directory"),
      (["--json", "/dev/full"], #""$0" run "$@""#, "/dev/full: No space left on device"),
      ([], #""$0" run "$@" > /dev/full"#, "standard output: No space left on device"),
    ] {
      let files = ["--hypervisors", standIn.hypervisors, "--deviations", standIn.deviations]
      let outcome = try await guestctl.bash(
        line, ["harness.guest.fails", "--timeout", "600"] + arguments + files)
      #expect(outcome.status == .exited(2))
      #expect(outcome.errors == "guestctl: \(message)\n")
    }
  }

  @Test func `A suite that runs on request only does so with hypervisors of one's own, too`()
    async throws
  {
    let standIn = try StandIn(passing, suites: "")
    let outcome = try await guestctl.bash(
      #""$0" list "$@""#, ["--hypervisors", standIn.hypervisors])
    #expect(outcome.output.contains("\nharness: "))
    #expect(outcome.output.contains(" checks, only where it is named\n"))
  }

  @Test(arguments: [("INT", 130), ("QUIT", 131)])
  func `An interruption ends the hypervisor and removes its image`(
    signal: String, status: Int
  ) async throws {
    let standIn = try StandIn("echo $$ $1 > \"$(dirname $0)/trace\"; exec sleep 600")
    let outcome = try await run(
      standIn, "harness.guest.fails", standIn.path,
      line: """
        trace="$2/trace"
        "$0" run "$1" "${@:3}" & pid=$!
        until [ -s "$trace" ]; do sleep 0.01; done
        kill -\(signal) $pid
        wait $pid
        echo status $?
        read process image < "$trace"
        kill -0 $process 2>/dev/null && echo alive
        [ -e "$image" ] && echo left
        exit 0
        """)
    #expect(outcome == .init(status: .exited(0), output: "status \(status)\n", errors: ""))
  }
}

/// The suite that goes wrong on purpose, on real hypervisors.
@Suite("guests that go wrong", .hangLimit)
struct HarnessTests {
  /// Outcome and reason of each check that is named.
  private func outcomes(
    of checks: [String], on hypervisor: String, timeout: Int = 600
  ) async throws -> [String] {
    let outcome = try await Tool(name: "guestctl").bash(
      #""$0" run --json - "$@""#,
      checks.map { "harness.guest.\($0)" } + ["--on", hypervisor, "--timeout", "\(timeout)"])
    let report = try JSONDecoder().decode(GuestReport.self, from: Data(outcome.output.utf8))
    return report.runs.flatMap(\.verdicts).map { verdict in
      let name = verdict.check.dropFirst("harness.guest.".count)
      return "\(name) \(verdict.outcome)" + (verdict.reason.map { ": \($0)" } ?? "")
    }
  }

  private func expectAllToldApart(on hypervisor: String) async throws {
    let checks = [
      "passes", "fails", "observes", "skips", "traps", "overflows", "exhausts-heap",
      "triple-faults", "follows-null", "overflows-stack", "overruns-heap", "overwrites-code",
    ]
    let seen = try await outcomes(of: checks, on: hypervisor)
    #expect(
      Array(seen.prefix(4)) == ["passes pass", "fails fail", "observes observed", "skips skip"])
    let crashes = seen.dropFirst(4)
    for (check, reason) in [
      ("traps", "exception #UD"),
      ("overflows", "exception #UD (arithmetic overflow) at guest/suites/harness.swift:"),
      ("follows-null", "exception #PF"), ("exhausts-heap", "the guest gave up: "),
      ("overflows-stack", "exception #PF"), ("overruns-heap", "exception #PF"),
      ("overwrites-code", "exception #PF"),
      ("triple-faults", "triple fault"),
    ] {
      #expect(crashes.contains { $0.hasPrefix("\(check) crash: \(reason)") }, "\(seen)")
    }
    #expect(
      try await outcomes(of: ["prints-nothing"], on: hypervisor) == [
        "prints-nothing error: the guest finished without reporting it; it printed nothing"
      ])
    #expect(
      try await outcomes(of: ["prints-garbage"], on: hypervisor) == [
        """
        prints-garbage error: the guest finished without reporting it; it printed no record, only \
        garbage
        """
      ])
    var seconds = 0
    let hung = try await growingLimit(from: 8) { limit in
      seconds = Int(limit)
      return try await outcomes(of: ["hangs"], on: hypervisor, timeout: seconds)
    } until: {
      $0 == ["hangs timeout: still running after \(seconds) s"]
    }
    #expect(hung == ["hangs timeout: still running after \(seconds) s"])
  }

  @Test(.needsQEMU) func `are told apart on QEMU with its translator`() async throws {
    try await expectAllToldApart(on: "qemu-tcg-pc")
  }

  @Test(.needsKVM) func `are told apart on the project's own monitor`() async throws {
    try await expectAllToldApart(on: "vmm")
  }

  @Test(.needsQEMU, .needsKVM) func `do not leave QEMU paused after KVM's internal error`()
    async throws
  {
    // Without notice, this would be a timeout.
    #expect(
      try await outcomes(of: ["jumps-astray"], on: "qemu-kvm-pc") == [
        "jumps-astray crash: the hypervisor cannot go on: KVM internal error. Suberror: 1"
      ])
  }
}
