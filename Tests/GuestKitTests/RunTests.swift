import Foundation
import Glibc
import GuestKit
import TestSupport
import Testing

private let begin = #"printf 'KTAP version 1\n1..3\n'"#

private func passes(_ number: Int, _ name: String) -> String {
  #"printf '# check suite.\#(name)\nok \#(number) suite.\#(name)\n# wanted 1 saw 1\n'"#
}

private let allPass = [begin, passes(1, "a.one"), passes(2, "a.two"), passes(3, "b.three")]
  .joined(separator: "\n")

/// After a crash of a.two, the next boot has only b.three left.
private func crashes(_ how: String) -> String {
  """
  if grep -aq after=suite.a.two "$1"; then
    printf 'KTAP version 1\\n1..1\\n'
    \(passes(1, "b.three"))
    exit 33
  fi
  \(begin)
  \(passes(1, "a.one"))
  echo '# check suite.a.two'
  \(how)
  """
}

private func blamed(_ outcome: String, _ reason: String) -> [String] {
  ["suite.a.one pass", "suite.a.two \(outcome): \(reason)", "suite.b.three pass"]
}

@Suite(.hangLimit) struct RunTests {
  @Test func `A guest whose checks all report is judged and no more is said`() async throws {
    let run = try await Laboratory().run("\(allPass)\nexit 33")
    #expect(run.summary == ["suite.a.one pass", "suite.a.two pass", "suite.b.three pass"])
    #expect(run.problems == [])
    #expect(run.boots.map(\.ending) == ["finished"])
  }

  @Test func `A trap is laid to the check that ran, with its address, and the rest still runs`()
    async throws
  {
    let fault = "echo '# fault vector 14 error 0x2 at 0x100010 address 0x7000'; exit 35"
    let run = try await Laboratory().run(crashes("echo 'Fatal error: here'; " + fault))
    #expect(run.summary == blamed("CRASH", "exception #PF at 0x100010, accessed 0x7000"))
    #expect(run.verdicts[1].noise == ["Fatal error: here"])
    #expect(run.verdicts[1].fault?.instruction == 0x100010)
    #expect(run.boots.map(\.after) == [nil, "suite.a.two"])
    #expect(run.problems == [])
  }

  @Test func `A guest that gives up says why`() async throws {
    let run = try await Laboratory().run(crashes("echo '# panic no memory'; exit 37"))
    #expect(run.summary == blamed("CRASH", "the guest gave up: no memory"))
  }

  @Test func `A triple fault is told apart`() async throws {
    let run = try await Laboratory().run(crashes("exit 3"))
    #expect(run.summary == blamed("CRASH", "triple fault"))
  }

  @Test func `A halt for good is told apart`() async throws {
    let run = try await Laboratory().run(crashes("exit 6"))
    #expect(run.summary == blamed("CRASH", "the guest halted and nothing can wake it"))
  }

  @Test func `A hypervisor's own time limit is told apart`() async throws {
    let run = try await Laboratory().run(crashes("exit 8"))
    #expect(
      run.summary
        == blamed("TIMEOUT", "still running when the hypervisor's own time limit ended it"))
  }

  @Test func `An internal error that ends the process is told with what was printed`() async throws
  {
    let run = try await Laboratory().run(
      crashes("printf 'emulation failed\\nrax 0\\nrbx 0\\n' >&2; exit 5"))
    #expect(run.summary == blamed("CRASH", "the hypervisor cannot go on: emulation failed"))
  }

  @Test func `An internal error ends a process that would live on`() async throws {
    // It would live for longer than the time limit, which would give another outcome.
    let run = try await Laboratory().run(
      crashes("echo 'KVM internal error. Suberror: 1' >&2; exec sleep 6000"))
    #expect(
      run.summary
        == blamed("CRASH", "the hypervisor cannot go on: KVM internal error. Suberror: 1"))
  }

  @Test func `A hypervisor that dies half-way is told with its signal`() async throws {
    let run = try await Laboratory().run(crashes("echo 'assertion failed' >&2; kill -ABRT $$"))
    #expect(
      run.summary
        == blamed("CRASH", "the hypervisor died: it ended with SIGABRT: assertion failed"))
  }

  @Test func `A hypervisor that dies half-way is told with its status`() async throws {
    let run = try await Laboratory().run(crashes("exit 99"))
    #expect(run.summary == blamed("CRASH", "the hypervisor died: it ended with status 99"))
  }

  /// Expects the time limit to end a guest that hangs in its second check.
  private func expectTimeout(_ hang: String) async throws {
    let laboratory = try Laboratory()
    var seconds = 0
    let run = try await growingLimit { limit in
      seconds = Int(limit)
      return try await laboratory.run(
        crashes(": > \"${0%/*}/hangs\"; \(hang)"), timeLimit: limit)
    } until: { _ in
      FileManager.default.fileExists(atPath: "\(laboratory.path)/hangs")
    }
    #expect(run.summary == blamed("TIMEOUT", "still running after \(seconds) s"))
  }

  @Test func `A guest that hangs is ended after its time, and the check is named`() async throws {
    try await expectTimeout("exec sleep 6000")
  }

  @Test func `A process that ignores SIGTERM is killed`() async throws {
    try await expectTimeout("trap '' TERM; while :; do sleep 6000; done")
  }

  @Test func `A process that closes its streams and lives on is ended`() async throws {
    try await expectTimeout("exec sleep 6000 >&- 2>&-")
  }

  @Test func `What a process has started does not outlive it`() async throws {
    let laboratory = try Laboratory()
    let file = "\(laboratory.path)/child"
    let run = try await laboratory.run("sleep 6000 & echo $! > \(file)\n\(allPass)\nexit 33")
    #expect(run.problems == [])
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    // It dies some time after the signal was sent, and may then wait for its new parent; if it is
    // never killed, the hang limit of the test ends the wait.
    while let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8),
      !state.contains(") Z ")
    {
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  @Test func `A guest that prints without end is ended`() async throws {
    // With rests: on a busy machine it may be a while until it is ended, and would fill a disk.
    let run = try await Laboratory().run(
      crashes("while :; do head -c 256K /dev/zero | tr '\\0' y; sleep 0.01; done"))
    #expect(run.summary == blamed("TIMEOUT", "printed more than 1 MiB without ending"))
  }

  @Test func `A guest that prints nothing is told apart`() async throws {
    let run = try await Laboratory().run("exit 33")
    let reason = "the guest finished without reporting it; it printed nothing"
    #expect(
      run.summary
        == ["a.one", "a.two", "b.three"].map { "suite.\($0) ERROR: \(reason)" })
    #expect(run.boots.count == 1)
  }

  @Test func `A guest that prints garbage is told apart and the garbage is kept`() async throws {
    let run = try await Laboratory().run(#"printf 'ok ok ok\n\033[2J\n'; exit 33"#)
    let reason = "the guest finished without reporting it; it printed no record, only garbage"
    #expect(
      run.summary
        == ["a.one", "a.two", "b.three"].map { "suite.\($0) ERROR: \(reason)" })
    #expect(run.verdicts[0].noise == ["ok ok ok", #"\x1b[2J"#])
  }

  @Test func `A hypervisor that refuses to start is told with its last lines`() async throws {
    let run = try await Laboratory().run(
      "for n in 1 2 3; do echo \"line $n\" >&2; done; echo \"no $1\" >&2; exit 77")
    let reason =
      "the hypervisor did not start: it ended with status 77: line 2; line 3; no suite.rom"
    #expect(
      run.summary
        == ["a.one", "a.two", "b.three"].map { "suite.\($0) ERROR: \(reason)" })
  }

  @Test func `A hypervisor whose program is no program is told apart`() async throws {
    let run = try await Laboratory().run("") { hypervisor, _ in
      try? Data([0x7F, 0x45]).write(to: URL(fileURLWithPath: hypervisor.command[0]))
    }
    let reason = try #require(run.verdicts[0].reason)
    #expect(run.verdicts.map(\.outcome) == [.error, .error, .error])
    #expect(reason.hasPrefix("the hypervisor could not be started: "))
    #expect(reason.contains("script"))
  }

  @Test func `Checks that do not report are errors though the guest finished`() async throws {
    let run = try await Laboratory().run("\(begin)\n\(passes(1, "a.one"))\nexit 33")
    let reason = "ERROR: the guest finished without reporting it"
    #expect(
      run.summary == ["suite.a.one pass", "suite.a.two \(reason)", "suite.b.three \(reason)"])
  }

  @Test func `A check that begins and lets the guest finish is an error and the rest still runs`()
    async throws
  {
    let run = try await Laboratory().run(crashes("exit 33"))
    #expect(run.summary == blamed("ERROR", "the guest finished before the check reported"))
  }

  @Test func `Two results of a check are an error`() async throws {
    let run = try await Laboratory().run("\(allPass)\n\(passes(4, "a.one"))\nexit 33")
    #expect(
      run.summary == [
        "suite.a.one ERROR: the check reported more than once", "suite.a.two pass",
        "suite.b.three pass",
      ])
  }

  @Test func `Results that nobody asked for, wrong numbers and a wrong plan fail the run`()
    async throws
  {
    let run = try await Laboratory().run(
      """
      printf 'KTAP version 1\\n1..4\\n'
      \(passes(1, "a.one"))
      \(passes(3, "a.two"))
      \(passes(3, "b.three"))
      \(passes(4, "c.four"))
      exit 33
      """)
    #expect(run.summary == ["suite.a.one pass", "suite.a.two pass", "suite.b.three pass"])
    #expect(
      run.problems == [
        "suite.a.two reported as number 3: expected 2",
        "the guest announced 4 checks, expected 3",
        "suite.c.four reported, though it was not selected or is not in the image",
      ])
  }

  @Test func `A crash between two checks fails the run and the rest still runs`() async throws {
    let run = try await Laboratory().run(
      """
      if grep -aq after= "$1"; then
        printf 'KTAP version 1\\n1..2\\n'
        \(passes(1, "a.two"))
        \(passes(2, "b.three"))
        exit 33
      fi
      \(begin)
      \(passes(1, "a.one"))
      exit 3
      """)
    #expect(run.summary == ["suite.a.one pass", "suite.a.two pass", "suite.b.three pass"])
    #expect(
      run.problems
        == ["triple fault, after suite.a.one had reported and before another check began"])
  }

  @Test func `A guest that always crashes is booted once for each check`() async throws {
    let run = try await Laboratory().run(
      """
      case $(grep -ao 'after=suite[.a-z]*' "$1") in
        '') next=a.one count=3;;
        after=suite.a.one) next=a.two count=2;;
        *) next=b.three count=1;;
      esac
      printf "KTAP version 1\\n1..$count\\n# check suite.$next\\n"
      exit 3
      """)
    #expect(
      run.summary
        == ["a.one", "a.two", "b.three"].map { "suite.\($0) CRASH: triple fault" })
    #expect(run.boots.count == 3)
    #expect(run.problems == [])
  }

  @Test func `A guest is told what was selected and what its hypervisor tells`() async throws {
    let laboratory = try Laboratory()
    var hypervisor = try laboratory.hypervisor(
      """
      grep -aq 'checks=suite.a.one' "$1" && grep -aq 'ecam=b0000000:0-ff' "$1" || exit 99
      printf 'KTAP version 1\\n1..1\\n'
      \(passes(1, "a.one"))
      exit 33
      """)
    hypervisor.tells.ecam = [.init(base: 0xB000_0000, firstBus: 0, lastBus: 0xFF)]
    let selection = try Selection(
      patterns: ["suite.a.one"], hypervisorPatterns: [], images: [image()],
      file: HypervisorFile(hypervisors: [hypervisor]))
    let report = try await GuestRunner(
      selection: selection, deviations: [], settings: RunSettings()
    ).run()
    #expect(report.runs.map(\.summary) == [["suite.a.one pass"]])
    #expect(report.isGood)
  }

  @Test func `A hypervisor that lacks KVM is skipped, or fails the run where KVM is required`()
    async throws
  {
    let laboratory = try Laboratory()
    var hypervisor = try laboratory.hypervisor("exit 0")
    hypervisor.needs = [.kvm]
    let other = try laboratory.hypervisor("\(allPass)\nexit 33", name: "other")
    let selection = try Selection(
      patterns: [], hypervisorPatterns: [], images: [image()],
      file: HypervisorFile(hypervisors: [hypervisor, other]))
    var settings = RunSettings()
    settings.kvmDevice = "\(laboratory.path)/kvm"
    for isRequired in [false, true] {
      settings.requiresKVM = isRequired
      let report = try await GuestRunner(selection: selection, deviations: [], settings: settings)
        .run()
      #expect(report.runs.map(\.hypervisor) == ["other"])
      #expect(report.hypervisors.map(\.isRequired) == [isRequired, false])
      #expect(report.isGood == !isRequired)
    }
  }

  @Test func `Versions are learnt once and decide which deviations apply`() async throws {
    let laboratory = try Laboratory()
    let log = "\(laboratory.path)/log"
    let tool = try laboratory.script(
      "echo x >> \(log); echo thing version 7.2.22 of today", name: "tool")
    let failing = "printf '1..1\\n# check suite.a.one\\nnot ok 1 suite.a.one\\n# wanted 1 saw 2\\n'"
    let hypervisors = try ["one", "two"].map { name in
      var hypervisor = try laboratory.hypervisor("\(failing); exit 33", name: name)
      hypervisor.version = .init(command: [tool], pattern: "version ([0-9.]+)")
      return hypervisor
    }
    let deviations = zip(["one", "two"], ["<8", ">=8"]).map { name, range in
      Deviation(
        check: .init("*"), hypervisors: [.init(name)], versions: VersionRange(range),
        saw: "2", why: "x", reference: "y", source: "d.yml:1")
    }
    let selection = try Selection(
      patterns: [], hypervisorPatterns: [], images: [image(checks: ["a.one"])],
      file: HypervisorFile(hypervisors: hypervisors))
    let report = try await GuestRunner(
      selection: selection, deviations: deviations, settings: RunSettings()
    ).run()
    #expect(report.hypervisors.map(\.productVersion) == ["7.2.22", "7.2.22"])
    #expect(report.runs.map { $0.verdicts.map(\.outcome) } == [[.deviation], [.fail]])
    #expect(try String(contentsOfFile: log, encoding: .utf8) == "x\n")
  }

  @Test func `Variables are set for the command`() async throws {
    let run = try await Laboratory().run("[ \"$COLOUR\" = blue ] || exit 99\n\(allPass)\nexit 33") {
      hypervisor, _ in hypervisor.environment = ["COLOUR": "blue"]
    }
    #expect(run.boots.map(\.ending) == ["finished"])
  }

  @Test func `Traces of every boot are kept where asked to, and only of this run`() async throws {
    let laboratory = try Laboratory()
    let save = "\(laboratory.path)/traces"
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: save).sorted()
    }
    let run = try await laboratory.run(crashes("echo lost >&2; exit 3")) { _, settings in
      settings.saveDirectory = save
    }
    #expect(run.boots.count == 2)
    #expect(try names() == ["suite.script", "suite.script.2"])
    func text(_ file: String) throws -> String {
      try String(contentsOfFile: "\(save)/\(file)", encoding: .utf8)
    }
    #expect(try text("suite.script/serial").hasSuffix("# check suite.a.two\n"))
    #expect(try text("suite.script/stderr") == "lost\n")
    #expect(
      try text("suite.script/command")
        == "\(laboratory.path)/script \(save)/suite.script/image.rom\n")
    let rom = try Data(contentsOf: URL(fileURLWithPath: "\(save)/suite.script.2/image.rom"))
    #expect(rom.range(of: Data("after=suite.a.two\n".utf8)) != nil)

    _ = try await laboratory.run("\(allPass)\nexit 33") { _, settings in
      settings.saveDirectory = save
    }
    #expect(try names() == ["suite.script"])
  }

  @Test func `An interrupted run ends its processes and removes its images`() async throws {
    let laboratory = try Laboratory()
    let trace = "\(laboratory.path)/trace"
    let hypervisor = try laboratory.hypervisor("echo \"$$ $1\" > \(trace); exec sleep 6000")
    let selection = try Selection(
      patterns: [], hypervisorPatterns: [], images: [image()],
      file: HypervisorFile(hypervisors: [hypervisor]))
    var settings = RunSettings()
    settings.timeLimit = 600
    let runner = GuestRunner(selection: selection, deviations: [], settings: settings)
    let task = Task { try await runner.run() }
    var words: [Substring] = []
    while words.count < 2 {
      try await Task.sleep(for: .milliseconds(5))
      let text = (try? String(contentsOfFile: trace, encoding: .utf8)) ?? ""
      if text.hasSuffix("\n") { words = text.dropLast().split(separator: " ") }
    }
    task.cancel()
    await #expect(throws: RunFailure.interrupted) { try await task.value }
    let process = try #require(Int32(words[0]))
    #expect(kill(process, 0) == -1 && errno == ESRCH)
    #expect(!FileManager.default.fileExists(atPath: String(words[1])))
  }
}
