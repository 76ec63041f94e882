import GuestKit
import GuestProtocol
import Testing

private let comparison = Transcript.Comparison(wanted: "0x1", saw: "0x2", clause: "PCI30 3.2")

private let agreement = Transcript.Comparison(wanted: "0x1", saw: "0x1", clause: "PCI30 3.2")

private func result(
  _ word: Transcript.Result.Word, comparisons: [Transcript.Comparison] = [],
  observations: [Transcript.Comparison] = []
) throws -> Transcript.Result {
  var result = Transcript.Result(check: try id("suite.a.one"), word: word)
  result.comparisons = comparisons
  result.observations = observations
  return result
}

private func deviation(saw: String, versions: String? = nil) throws -> Deviation {
  Deviation(
    check: Glob("suite.a.*"), hypervisors: [Glob("q*")], product: "qemu",
    versions: try versions.map { try #require(VersionRange($0)) }, saw: saw, why: "it is so",
    reference: "clause 1", source: "d.yml:\(saw)")
}

private func judge(
  _ deviations: [Deviation] = [], hypervisor: String = "qemu", product: String = "qemu",
  version: String? = "7.2.22"
) -> Judge {
  Judge(
    hypervisor: hypervisor, product: product, provides: ["conf1"],
    version: version.flatMap { ProductVersion($0) },
    deviations: deviations)
}

private func verdict(
  _ outcome: Outcome, reason: String? = nil, notes: [String] = [], hasValues: Bool = true,
  isExplained: Bool = false
) -> Verdict {
  var verdict = Verdict(check: "suite.a.one", outcome: outcome, reason: reason)
  verdict.notes = notes
  if hasValues {
    verdict.wanted = "0x1"
    verdict.saw = "0x2"
    verdict.clause = "PCI30 3.2"
  }
  if isExplained { verdict.explanation = .init(why: "it is so", reference: "clause 1") }
  return verdict
}

@Suite struct JudgeTests {
  @Test func `As wanted is a pass`() throws {
    var expected = verdict(.pass)
    expected.saw = "0x1"
    #expect(judge().verdict(on: try result(.passed, comparisons: [agreement])) == expected)
  }

  @Test func `A condition in words is a pass where the check says so`() throws {
    let condition = Transcript.Comparison(
      wanted: "\"1 or 2\"", saw: "0x2", clause: "PCI30 3.2", isCondition: true)
    var expected = verdict(.pass)
    expected.wanted = "\"1 or 2\""
    #expect(judge().verdict(on: try result(.passed, comparisons: [condition])) == expected)
  }

  @Test func `A pass with values that differ is an error`() throws {
    #expect(
      judge().verdict(on: try result(.passed, comparisons: [agreement, comparison]))
        .outcome == .error)
    let observation = Transcript.Comparison(wanted: "", saw: "1", clause: "")
    #expect(
      judge().verdict(
        on: try result(.passed, comparisons: [comparison], observations: [observation]))
        == verdict(.error, reason: "the check passed though it wanted 0x1 and saw 0x2"))
  }

  @Test func `A pass that says nothing is an error`() throws {
    #expect(
      judge().verdict(on: try result(.passed))
        == verdict(
          .error, reason: "the check passed without saying what it saw", hasValues: false))
  }

  @Test func `What no specification fixes is observed`() throws {
    var expected = verdict(.observed)
    expected.wanted = nil
    let observation = Transcript.Comparison(wanted: "", saw: "0x2", clause: "PCI30 3.2")
    #expect(judge().verdict(on: try result(.passed, observations: [observation])) == expected)
  }

  @Test func `A difference that nothing explains is a failure`() throws {
    #expect(
      judge().verdict(on: try result(.failed, comparisons: [comparison])) == verdict(.fail))
  }

  @Test func `A difference with exactly the known value is a deviation`() throws {
    let judge = judge([try deviation(saw: "0x3"), try deviation(saw: "0x2", versions: ">=7 <8")])
    #expect(
      judge.verdict(on: try result(.failed, comparisons: [comparison]))
        == verdict(.deviation, isExplained: true))
  }

  @Test func `A difference with another value is a failure that says so`() throws {
    #expect(
      judge([try deviation(saw: "0x3")]).verdict(on: try result(.failed, comparisons: [comparison]))
        == verdict(.fail, notes: ["d.yml:0x3 explains another value, 0x3"]))
  }

  @Test func `A deviation of other versions explains nothing`() throws {
    let known = try deviation(saw: "0x2", versions: ">=8")
    let result = try result(.failed, comparisons: [comparison])
    #expect(
      judge([known]).verdict(on: result)
        == verdict(.fail, notes: ["d.yml:0x2 is for versions >=8, this is 7.2.22"]))
    #expect(
      judge([known], version: nil).verdict(on: result)
        == verdict(
          .fail, notes: ["d.yml:0x2 is for versions >=8, this one's version is not known"]))
  }

  @Test func `A deviation of another hypervisor or check explains nothing`() throws {
    let result = try result(.failed, comparisons: [comparison])
    let known = try deviation(saw: "0x2")
    #expect(
      judge([known], hypervisor: "vmm", product: "vmm").verdict(on: result) == verdict(.fail))
    var other = try deviation(saw: "0x2")
    other.check = Glob("suite.b.*")
    #expect(judge([other]).verdict(on: result) == verdict(.fail))
  }

  @Test func `A deviation of another product by the same name explains nothing`() throws {
    let known = try deviation(saw: "0x2")
    let fork = judge([known], product: "fork")
    #expect(fork.verdict(on: try result(.failed, comparisons: [comparison])) == verdict(.fail))
    #expect(fork.verdict(on: try result(.passed, comparisons: [agreement])).outcome == .pass)
  }

  @Test func `A value that is known of the product by another name is a failure that says so`()
    throws
  {
    #expect(
      judge([try deviation(saw: "0x2")], hypervisor: "mine").verdict(
        on: try result(.failed, comparisons: [comparison]))
        == verdict(.fail, notes: ["d.yml:0x2 explains this value of qemu, called q*"]))
  }

  @Test func `A deviation that no longer shows is an unexpected pass`() throws {
    let known = try deviation(saw: "0x2", versions: ">=7 <8")
    var expected = verdict(
      .unexpectedPass,
      reason: "d.yml:0x2 says that it sees 0x2; this no longer shows in version 7.2.22")
    expected.saw = "0x1"
    #expect(
      judge([known]).verdict(on: try result(.passed, comparisons: [agreement])) == expected)
  }

  @Test func `A deviation that does not show outside its versions is a note`() throws {
    let known = try deviation(saw: "0x2", versions: ">=8")
    var expected = verdict(
      .pass, notes: ["d.yml:0x2 is for versions >=8, this is 7.2.22 and does not show"])
    expected.saw = "0x1"
    #expect(
      judge([known]).verdict(on: try result(.passed, comparisons: [agreement])) == expected)
  }

  @Test func `Skipping for want of what is not provided is a skip`() throws {
    var expected = verdict(.skip, hasValues: false)
    expected.requirement = "pciexbar"
    #expect(judge().verdict(on: try result(.skipped(requirement: "pciexbar"))) == expected)
  }

  @Test func `Skipping for want of what is provided is an error`() throws {
    var expected = verdict(
      .error, reason: "skipped for want of conf1, which qemu provides by its description",
      hasValues: false)
    expected.requirement = "conf1"
    #expect(judge().verdict(on: try result(.skipped(requirement: "conf1"))) == expected)
  }

  @Test func `A failure without a value is a failure that says so`() throws {
    #expect(
      judge([try deviation(saw: "0x2")]).verdict(on: try result(.failed))
        == verdict(
          .fail, reason: "the check failed without saying what it saw", hasValues: false))
  }

  @Test func `Of several comparisons those that differ are the value`() throws {
    let comparisons = [
      Transcript.Comparison(wanted: "1", saw: "1", clause: "PCI30 3.2"),
      comparison,
      Transcript.Comparison(wanted: "5", saw: "6", clause: "PCI30 3.3"),
    ]
    var expected = verdict(.deviation, isExplained: true)
    expected.wanted = "0x1, 5"
    expected.saw = "0x2, 6"
    expected.clause = "PCI30 3.2; PCI30 3.3"
    let judge = judge([try deviation(saw: "0x2, 6")])
    #expect(judge.verdict(on: try result(.failed, comparisons: comparisons)) == expected)
  }

  @Test func `Only these outcomes fail a run`() {
    #expect(
      Outcome.allCases.filter(\.isFailure) == [.fail, .unexpectedPass, .error, .crash, .timeout])
  }
}

@Suite struct TranscriptTests {
  private func transcript(_ text: String) -> Transcript { Transcript(serial: Array(text.utf8)) }

  @Test func `Results keep their details and what was printed during the check`() throws {
    let transcript = transcript(
      """
      KTAP version 1
      1..2
      # check suite.a.one
      hello
      not ok 1 suite.a.one
      # wanted 0x1 saw 0x2 clause PCI30 3.2
      # metric suite.a.one cycles 12
      # check suite.a.two
      ok 2 suite.a.two
      # observed "a b"
      # expected "one word or two" saw "a b"
      bye

      """)
    var first = Transcript.Result(check: try id("suite.a.one"), word: .failed)
    first.comparisons = [comparison]
    first.noise = ["hello"]
    var second = Transcript.Result(check: try id("suite.a.two"), word: .passed)
    second.observations = [.init(wanted: "", saw: "\"a b\"", clause: "")]
    second.comparisons = [
      .init(wanted: "\"one word or two\"", saw: "\"a b\"", clause: "", isCondition: true)
    ]
    #expect(transcript.results == [first, second])
    #expect(transcript.metrics == [.init(id: "suite.a.one", unit: "cycles", value: 12)])
    #expect(transcript.noise == ["bye"])
    #expect(transcript.plan == 2)
    #expect(transcript.running == nil)
    #expect(transcript.violations == [])
  }

  @Test(arguments: [
    ("1..1\n1..1\n", "the guest printed a second plan"),
    ("KTAP version 2\n1..0\n", "the guest speaks KTAP version 2: expected 1"),
    ("KTAP version 1\n", "the guest printed no plan (1..COUNT)"),
    ("1..1\nok 1 s.a.b\n", "s.a.b reported without having begun"),
    ("1..1\n# check s.a.b\nok 1 s.a.c\n", "s.a.c reported while s.a.b ran"),
    ("1..1\n# check s.a.b\n# check s.a.c\n", "s.a.c began before s.a.b reported"),
    ("1..1\n# check s.a.b\nok 2 s.a.b\n", "s.a.b reported as number 2: expected 1"),
    (
      "1..1\n# wanted 1 saw 2\n", "the guest gave a detail (saw 2) without a result before it"
    ),
  ])
  func `Where a guest breaks the grammar is said`(text: String, violation: String) {
    #expect(transcript(text).violations == [violation])
  }

  @Test func `Nothing is no violation but has no records`() {
    #expect(transcript("").violations == [])
    #expect(!transcript("").hasRecords)
    #expect(!transcript("garbage\n").hasRecords)
    #expect(transcript("garbage\n").noise == ["garbage"])
  }
}
