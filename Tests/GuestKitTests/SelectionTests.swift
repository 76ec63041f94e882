import GuestKit
import GuestProtocol
import Testing

@Suite struct SelectionTests {
  private let images = [image("conf1"), image("harness"), image("hypervisor")]
  private let file = HypervisorFile(
    hypervisors: ["vmm", "qemu-kvm", "qemu-tcg"].map {
      HypervisorConfiguration(name: $0, command: ["x", "{image}"])
    }, suitesOnRequest: ["harness"])

  /// The selected checks, and what guests are told where not all of a suite's are selected.
  private func select(_ patterns: String..., on names: [String] = []) throws -> [String] {
    let selection = try Selection(
      patterns: patterns, hypervisorPatterns: names, images: images, file: file)
    return selection.parts.map { part in
      let checks = part.checks.map { $0.text.dropFirst(part.image.suite.count + 1) }
      let told = part.patterns.map(\.description)
      return "\(part.image.suite): \(checks.joined(separator: " "))"
        + (told.isEmpty ? "" : " told \(told.joined(separator: " "))")
    }
  }

  @Test func `Nothing named is every suite but those on request`() throws {
    #expect(try select() == ["conf1: a.one a.two b.three", "hypervisor: a.one a.two b.three"])
  }

  @Test func `Suites, checks and first parts can be named, with globs`() throws {
    #expect(try select("conf1") == ["conf1: a.one a.two b.three"])
    #expect(try select("conf1.a.one") == ["conf1: a.one told conf1.a.one"])
    #expect(try select("conf1.a") == ["conf1: a.one a.two told conf1.a.*"])
    #expect(
      try select("*.a.t*")
        == ["conf1: a.two told *.a.t*", "hypervisor: a.two told *.a.t*"])
    #expect(
      try select("conf1.a.one", "hyper*", "conf1.b")
        == ["conf1: a.one b.three told conf1.a.one conf1.b.*", "hypervisor: a.one a.two b.three"])
    #expect(try select("conf1.*") == ["conf1: a.one a.two b.three"])
  }

  @Test func `A suite on request runs where it is named in full`() throws {
    #expect(try select("harness") == ["harness: a.one a.two b.three"])
    #expect(try select("harness.a.*") == ["harness: a.one a.two told harness.a.*"])
    #expect(try select("h*") == ["hypervisor: a.one a.two b.three"])
    #expect(throws: Selection.Failure.onRequest("har*", suite: "harness")) { try select("har*") }
  }

  @Test func `A pattern that matches nothing is an error with near names`() throws {
    #expect(throws: Selection.Failure.noCheck("conf2", near: ["conf1"])) {
      try select("hypervisor", "conf2")
    }
    #expect(throws: Selection.Failure.noCheck("conf1.a.tow", near: ["conf1.a.two"])) {
      try select("conf1.a.tow")
    }
    #expect(throws: Selection.Failure.noHypervisor("qemu", near: [])) {
      try select(on: ["vmm", "qemu"])
    }
    #expect(
      Selection.Failure.noCheck("conf2", near: ["conf1"]).description
        == "no suite or check matches conf2: did you mean 'conf1'?")
    #expect(
      Selection.Failure.noHypervisor("qemu", near: []).description
        == "no hypervisor matches qemu: see 'guestctl list'")
    #expect(
      Selection.Failure.noCheck("", near: []).description
        == "no suite or check matches '': see 'guestctl list'")
    #expect(
      Selection.Failure.noCheck("conf1,ecam", near: []).description
        == "no suite or check matches conf1,ecam: separate several by blanks")
    #expect(
      Selection.Failure.noHypervisor("vmm,qemu", near: []).description
        == "no hypervisor matches vmm,qemu: repeat --on for several")
  }

  @Test func `Hypervisors keep the order of their file`() throws {
    let selection = try Selection(
      patterns: [], hypervisorPatterns: ["qemu-t*", "vmm"], images: images, file: file)
    #expect(selection.hypervisors.map(\.name) == ["vmm", "qemu-tcg"])
  }
}
