import Foundation
import GuestKit
import Testing

private func verdict(
  _ check: String, _ outcome: Outcome = .pass, wanted: String? = nil, saw: String? = nil,
  reason: String? = nil
) -> Verdict {
  var verdict = Verdict(check: check, outcome: outcome, reason: reason)
  verdict.wanted = wanted
  verdict.saw = saw
  if wanted != nil || saw != nil { verdict.clause = "PCI30 3.2.2.3.2" }
  if outcome == .skip { verdict.requirement = "pciexbar" }
  return verdict
}

private let names = ["vmm", "qemu-kvm-q35", "qemu-kvm-pc", "qemu-tcg-q35", "qemu-tcg-pc"]

/// A report of one suite `conf1` with a list of verdicts for each of the first hypervisors.
private func report(_ runs: [[Verdict]], problems: [String] = []) -> Report {
  Report(
    toolVersion: "1.2.3", started: "2026-01-02T03:04:05Z", seconds: 1.5,
    hypervisors: zip(names, runs).map { name, _ in Report.Hypervisor(name: name) },
    runs: zip(names, runs).map { name, verdicts in
      Report.Run(
        suite: "conf1", hypervisor: name,
        boots: [.init(command: ["x"], ending: "finished", seconds: 0.25)], verdicts: verdicts,
        problems: problems)
    })
}

@Suite struct ReportTextTests {
  @Test func `Where everything passed there is nothing to read`() {
    let verdicts = [verdict("conf1.a.one"), verdict("conf1.a.two", .observed, saw: "1")]
    #expect(
      report([verdicts, verdicts]).text() == """
        On vmm and qemu-kvm-q35, every check passed or observed the same value.

        TOTALS
        2 checks on 2 hypervisors in 1.5 s, 4 results: 2 pass, 2 observed
        Good: nothing failed.

        """)
  }

  @Test func `Differences are in the table and explained below it`() {
    var deviation = verdict("conf1.latch.reserved-bits", .deviation, wanted: "0x0", saw: "0xff")
    deviation.explanation = .init(
      why: "QEMU keeps every bit of the address register, though the specification says zero.",
      reference: "https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/include/hw/pci-host/q35.h")
    func run(_ latch: Verdict, _ bytes: String, _ rest: Outcome) -> [Verdict] {
      [
        latch, verdict("conf1.latch.byte-reads", .observed, saw: bytes),
        verdict("conf1.a.one", rest), verdict("conf1.a.two", rest), verdict("conf1.a.six", rest),
        verdict("conf1.a.plain"),
      ]
    }
    let good = verdict("conf1.latch.reserved-bits", wanted: "0x0", saw: "0x0")
    var report = report([
      run(good, "0xff", .pass), run(deviation, "0x44", .pass), run(deviation, "0x44", .skip),
      run(deviation, "0x44", .pass), run(deviation, "0x44", .skip),
    ])
    report.hypervisors.append(
      .init(
        name: "bochs",
        obstacles: [.init(missing: "there is no bochs", remedy: "apt-get install bochs")]))
    #expect(
      report.text() == """
                                      qemu-kvm  qemu-kvm  qemu-tcg  qemu-tcg
        check                 vmm     q35       pc        q35       pc
        --------------------- ------- --------- --------- --------- ---------
        conf1
          latch.reserved-bits pass    deviation deviation deviation deviation
          latch.byte-reads    value a value b   value b   value b   value b
          3 of 6 checks       pass    pass      skip      pass      skip

        Not in the table: checks that passed or observed the same value everywhere.
        value a, b, …: observed; no specification fixes it; same letter, same value.

        DIFFERENCES

        conf1.latch.reserved-bits
          wanted    0x0
          clause    PCI30 3.2.2.3.2
          pass      vmm
          deviation qemu-kvm-q35, qemu-kvm-pc, qemu-tcg-q35, qemu-tcg-pc
                    saw 0xff
                    QEMU keeps every bit of the address register, though the
                    specification says zero.
                    https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/include/hw/pci-host/q35.h

        conf1.latch.byte-reads
          clause    PCI30 3.2.2.3.2
          value a   vmm
                    saw 0xff
          value b   qemu-kvm-q35, qemu-kvm-pc, qemu-tcg-q35, qemu-tcg-pc
                    saw 0x44

        TOTALS
        6 checks on 5 hypervisors in 1.5 s, 30 results: 15 pass, 5 observed, 4
        deviation, 6 skip
        Good: nothing failed.

        SKIPPED
        conf1: 3 checks that require pciexbar, on qemu-kvm-pc, qemu-tcg-pc
        bochs cannot run here: there is no bochs; apt-get install bochs

        """)
  }

  @Test func `Each failure says what happened and ends with the command that repeats it`() {
    var crash = verdict("conf1.c.crash", .crash, reason: "exception #PF at a.swift:1 in f")
    crash.noise = (1...7).map { "line \($0)" }
    let lost = ["conf1.d.one", "conf1.d.two", "conf1.d.six"].map {
      verdict($0, .error, reason: "the guest finished without reporting it")
    }
    var other = verdict("conf1.a.fail", .fail, wanted: "2", saw: "3")
    other.notes = ["d.yml:7 explains another value, 4"]
    var report = report(
      [
        [verdict("conf1.a.fail", wanted: "1", saw: "1"), crash] + lost,
        [other, crash] + lost,
      ], problems: ["the guest announced 4 checks, expected 5"])
    report.runs[0].problems = []
    report.hypervisors[0].product = "vmm"
    report.hypervisors[0].productVersion = "1.2.3"
    report.repeatOptions = ["--data", "my data"]
    report.hypervisors.append(
      .init(
        name: "bare-kvm",
        obstacles: [.init(missing: "there is no /dev/kvm", remedy: "load it", isKVM: true)],
        isRequired: true))
    #expect(!report.isGood)
    #expect(
      report.text() == """
                              qemu-kvm
        check           vmm   q35
        --------------- ----- --------
        conf1
          a.fail        pass  FAIL
          c.crash       CRASH CRASH
          3 of 5 checks ERROR ERROR

        FAILURES

        conf1.a.fail
          wanted    2
          clause    PCI30 3.2.2.3.2
          pass      vmm
          FAIL      qemu-kvm-q35
                    saw 3
                    note: d.yml:7 explains another value, 4
          again     guestctl run conf1.a.fail --on qemu-kvm-q35 --data 'my data'

        CRASH  conf1.c.crash
          on       vmm, qemu-kvm-q35
          reason   exception #PF at a.swift:1 in f
          printed  line 1
          printed  line 2
          printed  line 3
          printed  line 4
          printed  line 5
          printed  … and 2 lines more
          again    guestctl run conf1.c.crash --on vmm --on qemu-kvm-q35 --data 'my data'

        ERROR  conf1.d.one, conf1.d.two, conf1.d.six
          on       vmm, qemu-kvm-q35
          reason   the guest finished without reporting it
          again    guestctl run conf1.d.one conf1.d.two conf1.d.six --on vmm --on qemu-kvm-q35 --data 'my data'

        ERROR  suite conf1
          on       qemu-kvm-q35
          reason   the guest announced 4 checks, expected 5
          again    guestctl run conf1 --on qemu-kvm-q35 --data 'my data'

        ERROR  bare-kvm cannot run here, though PCICFG_REQUIRE_KVM=1 requires KVM
          reason   there is no /dev/kvm; load it

        TOTALS
        5 checks on 2 hypervisors in 1.5 s, 10 results: 1 pass, 1 FAIL, 6 ERROR, 2 CRASH
        With vmm 1.2.3.
        NOT GOOD: see FAILURES above.

        SKIPPED
        bare-kvm cannot run here: there is no /dev/kvm; load it

        """)
  }

  @Test func `What was asked for by patterns is repeated by these, with the same time limit`() {
    let lost = ["conf1.d.one", "conf1.d.two"].map {
      verdict($0, .timeout, reason: "still running after 1 ms")
    }
    var report = report([lost])
    report.runs[0].patterns = ["conf1.d.*"]
    report.repeatOptions = ["--timeout", "0.001"]
    #expect(
      report.text() == """
        check   vmm
        ------- -------
        conf1
          d.one TIMEOUT
          d.two TIMEOUT

        FAILURES

        TIMEOUT  conf1: all 2 selected checks
          on       vmm
          reason   still running after 1 ms
          again    guestctl run 'conf1.d.*' --on vmm --timeout 0.001

        TOTALS
        2 checks on 1 hypervisor in 1.5 s, 2 results: 2 TIMEOUT
        NOT GOOD: see FAILURES above.

        """)
  }

  @Test func `Where nothing was checked, or nothing ran, it says so`() throws {
    let skipped = report([[verdict("conf1.a.one", .skip)]])
    #expect(skipped.isGood)
    #expect(skipped.text().contains("\nGood: nothing failed, as every check was skipped.\n"))
    let nothing = report([])
    #expect(!nothing.isGood)
    #expect(nothing.text().contains("\nNOTHING RAN.\n"))
  }

  @Test func `Five hypervisors fit in 80 columns with the longest words`() {
    let check = "conf1.crossing.doubleword-at-cfd"
    let report = report([
      [verdict(check, .observed, saw: "1")], [verdict(check, .deviation, wanted: "1", saw: "2")],
      [verdict(check, .timeout, reason: "long")], [verdict(check, .observed, saw: "2")],
      [verdict(check, .unexpectedPass, reason: "no longer shows")],
    ])
    for line in report.text().split(separator: "\n") where !line.hasPrefix("  again") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func `Where outcomes do not fit, short words stand for the long ones`() {
    let check = "conf1.crossing.one-doubleword-at-cfd"
    let report = report(
      Array(repeating: [verdict(check, .deviation, wanted: "1", saw: "2")], count: 5))
    #expect(
      report.text().hasPrefix(
        """
        dev. deviation, obs. observed
                                              qemu    qemu   qemu    qemu
        check                            vmm  kvm-q35 kvm-pc tcg-q35 tcg-pc
        -------------------------------- ---- ------- ------ ------- ------
        conf1
          crossing.one-doubleword-at-cfd dev. dev.    dev.   dev.    dev.

        """))
  }

  @Test func `Where names do not fit, numbers stand for them`() {
    let check = "conf1.crossing.a-doubleword-at-cfd"
    var report = report(Array(repeating: [verdict(check, .fail, wanted: "1", saw: "2")], count: 5))
    for index in report.runs.indices {
      report.hypervisors[index].name = "hypervisor\(index + 1)ofaverylongname"
      report.runs[index].hypervisor = "hypervisor\(index + 1)ofaverylongname"
    }
    #expect(
      report.text().hasPrefix(
        """
        1 hypervisor1ofaverylongname, 2 hypervisor2ofaverylongname,
        3 hypervisor3ofaverylongname, 4 hypervisor4ofaverylongname,
        5 hypervisor5ofaverylongname
        check                          1    2    3    4    5
        ------------------------------ ---- ---- ---- ---- ----
        conf1
          crossing.a-doubleword-at-cfd FAIL FAIL FAIL FAIL FAIL

        """))
  }

  @Test func `Where numbers do not fit, several tables stand one below the other`() {
    let check = "conf1.a.one-two-three"
    let deviation = [verdict(check, .deviation, wanted: "1", saw: "2")]
    let report = report([[verdict(check)]] + Array(repeating: deviation, count: 4))
    #expect(
      report.text(width: 40).hasPrefix(
        """
                               qemu-kvm
        check             vmm  q35
        ----------------- ---- ---------
        conf1
          a.one-two-three pass deviation

                          qemu-kvm  qemu-tcg
        check             pc        q35
        ----------------- --------- ---------
        conf1
          a.one-two-three deviation deviation

                          qemu-tcg
        check             pc
        ----------------- ---------
        conf1
          a.one-two-three deviation

        """))
  }
}

@Suite struct ReportJSONTests {
  @Test func `A report can be read back, with totals for other readers`() throws {
    var report = report([
      [verdict("conf1.a.one"), verdict("conf1.a.two", .fail, wanted: "1", saw: "2")]
    ])
    report.hypervisors[0].productVersion = "7.2.22"
    report.runs[0].metrics = [.init(id: "conf1.a.one", unit: "cycles", value: .max)]
    let data = Data(report.json.utf8)
    #expect(try JSONDecoder().decode(Report.self, from: data) == report)
    struct Summary: Decodable, Equatable {
      var schema: String
      var version: Int
      var good: Bool
      var totals: [String: Int]
    }
    #expect(
      try JSONDecoder().decode(Summary.self, from: data)
        == Summary(
          schema: "pcicfg.guest-report", version: 1, good: false,
          totals: [
            "pass": 1, "observed": 0, "deviation": 0, "skip": 0, "fail": 1, "unexpected-pass": 0,
            "error": 0, "crash": 0, "timeout": 0,
          ]))
  }

  @Test func `Another schema or version is refused`() throws {
    let json = report([]).json
    for other in ["\"version\" : 2", "\"version\" : 0"] {
      let data = Data(json.replacingOccurrences(of: "\"version\" : 1", with: other).utf8)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Report.self, from: data) }
    }
  }
}
