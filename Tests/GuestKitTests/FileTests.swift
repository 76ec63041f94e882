import Foundation
import GuestKit
import GuestProtocol
import Testing

private func hypervisors(_ entry: String, suites: String = "") throws -> HypervisorFile {
  try HypervisorFile(text: "\(suites)hypervisors:\n\(entry)", file: "h.yml")
}

private let whole = """
    - name: one
      description: the first
      product: thing
      command: [thing, [-m, 64], "{image}"]
      environment: { COLOUR: blue }
      needs: [kvm]
      install: buy it
      provides: [conf1, [bar64]]
      statuses: { 33: finished, 0: triple-fault }
      fatal-output: ['KVM internal error']
      version: { command: [thing, -V], pattern: '([0-9.]+)' }
      tells: { ecam: ["b0000000:0-ff", "c0000000:0-3f"], hypervisor: kvm, iterations: 9, tsc: 1000 }

  """

/// The message for a document that is `whole` with a part replaced.
private func complaint(_ part: String, _ replacement: String) -> String? {
  do {
    _ = try hypervisors(whole.replacingOccurrences(of: part, with: replacement))
    return nil
  } catch {
    return "\(error)"
  }
}

@Suite struct HypervisorFileTests {
  @Test func `Every key is read`() throws {
    var expected = HypervisorConfiguration(name: "one", command: ["thing", "-m", "64", "{image}"])
    expected.description = "the first"
    expected.product = "thing"
    expected.environment = ["COLOUR": "blue"]
    expected.needs = [.kvm]
    expected.install = "buy it"
    expected.provides = ["conf1", "bar64"]
    expected.statuses = [33: .finished, 0: .tripleFault]
    expected.fatalOutput = ["KVM internal error"]
    expected.version = .init(command: ["thing", "-V"], pattern: "([0-9.]+)")
    expected.tells.ecam = [
      .init(base: 0xB000_0000, firstBus: 0, lastBus: 0xFF),
      .init(base: 0xC000_0000, firstBus: 0, lastBus: 0x3F),
    ]
    expected.tells.hypervisor = Array("kvm".utf8)
    expected.tells.iterations = 9
    expected.tells.timeStampFrequency = 1000
    #expect(
      try hypervisors(whole, suites: "suites: { odd: { default: false } }\n")
        == HypervisorFile(hypervisors: [expected], suitesOnRequest: ["odd"]))
  }

  @Test(arguments: [
    (
      "needs:", "need:",
      """
      h.yml:7: unknown key need: expected name, description, product, command, environment, needs, \
      install, provides, statuses, fatal-output, version, tells
      """
    ),
    ("    description: the first\n", "", "h.yml:2: the key description is missing"),
    ("[kvm]", "[kvn]", "h.yml:7: needs: unknown word kvn: expected kvm"),
    ("[kvm]", "kvm", "h.yml:7: needs: expected a list"),
    (
      "triple-fault", "triple",
      """
      h.yml:10: 0: unknown word triple: expected finished, trapped, panicked, triple-fault, halted, \
      internal-error, time-limit, refused
      """
    ),
    ("33: fin", "533: fin", "h.yml:10: status 533: expected 0 to 255"),
    ("33: fin", "x: fin", "h.yml:10: a key: expected a number, found x"),
    (
      "name: one", "name: One", "h.yml:2: name One: expected lower-case letters, digits and hyphens"
    ),
    ("name: one", "name: [one]", "h.yml:2: name: expected text"),
    (
      "\"{image}\"", "x",
      "h.yml:5: command: no word has {image}, so it would not run an image"
    ),
    ("KVM internal", "(KVM", "h.yml:11: fatal-output: (KVM error is not a regular expression"),
    ("0-3f", "3f", "h.yml:13: ecam: guests do not understand c0000000:3f"),
    ("0-3f", "3f-0", "h.yml:13: ecam: guests do not understand c0000000:3f-0"),
    (
      "hypervisor: kvm", "hypervisor: vmwrae",
      "h.yml:13: hypervisor vmwrae: no such name: did you mean 'vmware'?"
    ),
    ("{ COLOUR: blue }", "{ COLOUR: blue", "h.yml:7: not YAML: did not find expected ',' or '}'"),
    (
      "{ COLOUR: blue }", "{ \"A=B\": blue }",
      "h.yml:6: environment \"A=B\": expected a name without = and NUL"
    ),
    (
      "{ COLOUR: blue }", "{ COLOUR: \"a\\0b\" }",
      "h.yml:6: environment COLOUR: expected a value without NUL"
    ),
    ("install: buy it", "name: two", "h.yml:2: the key name appears more than once"),
  ])
  func `A mistake is an error with its line`(part: String, replacement: String, message: String) {
    #expect(complaint(part, replacement) == message)
  }

  @Test func `A hypervisor can take over what another one has`() throws {
    let entry = whole.replacingOccurrences(of: "- name: one", with: "- &one\n    name: one")
    let file = try hypervisors(
      entry + """
          - { <<: *one, name: two, command: [other, "{image}"], tells: {} }

        """)
    var second = file.hypervisors[0]
    second.name = "two"
    second.command = ["other", "{image}"]
    second.tells = Parameters()
    #expect(file.hypervisors[1...] == [second])
  }

  @Test func `In place of the usual file, what that says of suites still holds`() throws {
    let usual = HypervisorFile(
      hypervisors: try hypervisors(whole).hypervisors, suitesOnRequest: ["odd", "rare"])
    func read(_ suites: String, _ entry: String = whole) throws -> HypervisorFile {
      try HypervisorFile(
        text: "\(suites)hypervisors:\n\(entry)", file: "h.yml", suites: ["odd", "rare", "slow"],
        inPlaceOf: usual)
    }
    #expect(try read("").suitesOnRequest == ["odd", "rare"])
    #expect(
      try read("suites: { rare: { default: true }, slow: { default: false } }\n").suitesOnRequest
        == ["odd", "slow"])
    #expect(
      throws: ConfigurationError(
        file: "h.yml", line: 1,
        problem: "suites slwo: there is no such suite: did you mean 'slow'?")
    ) { try read("suites: { slwo: { default: true } }\n") }
    #expect(
      throws: ConfigurationError(
        file: "h.yml", line: 9,
        problem: "provides conf-1: no check requires that: did you mean 'conf1'?")
    ) { try read("", whole.replacingOccurrences(of: "conf1", with: "conf-1")) }
  }

  @Test func `A file without a hypervisor is an error`() {
    #expect(
      throws: ConfigurationError(
        file: "h.yml", line: 1, problem: "hypervisors: expected at least one")
    ) { try HypervisorFile(text: "hypervisors: []", file: "h.yml") }
  }

  @Test func `A second hypervisor of the same name is an error`() {
    #expect(
      throws: ConfigurationError(file: "h.yml", line: 14, problem: "a second hypervisor named one")
    ) {
      try hypervisors(whole + whole)
    }
  }

  @Test func `The file that is shipped can be read, and its deviations too`() throws {
    let guest = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("guest").path
    let file = try HypervisorFile(
      text: String(contentsOfFile: "\(guest)/hypervisors.yml", encoding: .utf8), file: "h.yml")
    #expect(
      file.hypervisors.map(\.name)
        == [
          "vmm", "vmm-read-only", "qemu-kvm-q35", "qemu-kvm-pc", "qemu-tcg-q35", "qemu-tcg-pc",
          "qemu-kvm-microvm-pcie", "qemu-tcg-microvm-pcie", "qemu-tcg-microvm", "qemu-tcg-isapc",
        ])
    for hypervisor in file.hypervisors {
      for ending in GuestExit.allCases {
        let meaning: StatusMeaning =
          switch ending {
          case .finished: .finished
          case .trapped: .trapped
          case .panicked: .panicked
          }
        #expect(hypervisor.statuses[ending.status] == meaning, "\(hypervisor.name)")
      }
    }
  }
}

@Suite struct DeviationFileTests {
  private let entry = """
    deviations:
      - check: suite.a.*
        on: [one, "t*"]
        product: thing
        versions: ">=7.2 <9"
        saw: "0xffffffff"
        why: it keeps every bit
        reference: hw/pci/pci_host.c

    """

  private func read(_ text: String, hypervisors: [String]? = ["one", "two"]) throws -> DeviationFile
  {
    try DeviationFile(
      text: text, file: "d.yml", checks: image().checks, hypervisors: hypervisors)
  }

  @Test func `Every key is read`() throws {
    let expected = Deviation(
      check: Glob("suite.a.*"), hypervisors: [Glob("one"), Glob("t*")],
      product: "thing", versions: VersionRange(">=7.2 <9"), saw: "0xffffffff",
      why: "it keeps every bit",
      reference: "hw/pci/pci_host.c", source: "d.yml:2")
    #expect(try read(entry).deviations == [expected])
    #expect(try read("deviations: []") == .empty)
  }

  @Test(arguments: [
    ("suite.a.*", "suite.c.*", "d.yml:2: check suite.c.*: no image has such a check"),
    ("\"t*\"", "three", "d.yml:2: on three: there is no such hypervisor"),
    ("<9", "<nine", "d.yml:5: versions >=7.2 <nine: expected conditions such as >=7.2 <9"),
    (
      "why", "because",
      "d.yml:7: unknown key because: expected check, on, product, versions, saw, why, reference"
    ),
    ("    why: it keeps every bit\n", "", "d.yml:2: the key why is missing"),
    ("    product: thing\n", "", "d.yml:4: versions: expected a product beside it"),
    ("on: [one, \"t*\"]", "on: []", "d.yml:2: on: expected at least one hypervisor"),
  ])
  func `A mistake is an error with its line`(part: String, replacement: String, message: String) {
    do {
      _ = try read(entry.replacingOccurrences(of: part, with: replacement))
      Issue.record("no error")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test func `With hypervisors of one's own, entries may speak of others`() throws {
    #expect(try read(entry, hypervisors: nil).deviations.count == 1)
  }
}

@Suite struct VersionTests {
  @Test(arguments: [
    (">=7.2 <9", "7.2", true), (">=7.2 <9", "7.2.22", true), (">=7.2 <9", "8.9.9", true),
    (">=7.2 <9", "9", false), (">=7.2 <9", "9.0", false), (">=7.2 <9", "7.1.99", false),
    (">7.2", "7.2.0", false), (">7.2", "7.10", true), ("<=7.2", "7.2.0", true),
    ("=7.2", "7.2", true),
    ("=7.2", "7.2.1", false),
  ])
  func `A range compares number by number`(range: String, version: String, isInside: Bool) throws {
    let range = try #require(VersionRange(range))
    #expect(range.contains(try #require(ProductVersion(version))) == isInside)
  }

  @Test(arguments: ["", " ", "7.2", ">= 7.2", ">=7.x", ">=7..2", "~7"])
  func `Another form is no range`(text: String) { #expect(VersionRange(text) == nil) }
}
