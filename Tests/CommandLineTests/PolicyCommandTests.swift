import Foundation
import Testing

@Suite struct PolicyCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  @Test func `an address is decided under every policy`() async throws {
    let outcome = try await pcicfg.run("policy", "0000:00:00.0")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    for policy in ["linux", "prefer-ecam", "verified", "conf1", "ecam"] {
      #expect(outcome.output.contains("\n\(policy) "))
      #expect(outcome.output.contains("\n\(policy), 0x100-0xfff: "))
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `conf1 never reaches a register from 0x100 on, whatever the machine`() async throws {
    struct Document: Decodable {
      struct Group: Decodable {
        struct Decision: Decodable {
          var policy: String
          var registers: String
          var mechanism: String
        }
        var functions: [String]
        var decisions: [Decision]
      }
      var schema: String
      var version: Int
      var groups: [Group]
    }
    let outcome = try await pcicfg.run("policy", "00:1f.3", "--policy", "conf1", "--json")
    #expect(outcome.status == .exited(0))
    let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    #expect(document.schema == "pcicfg.policy")
    #expect(document.version == 1)
    #expect(document.groups.map(\.functions) == [["0000:00:1f.3"]])
    let extended = document.groups.flatMap(\.decisions).filter { $0.registers == "0x100-0xfff" }
    #expect(extended.map(\.mechanism) == ["refused"])
  }

  @Test(arguments: [
    (["00:20.0"], "00:20.0: expected [segment:]bus:device.function, hexadecimal"),
    (
      ["--policy", "best"],
      "--policy best: expected linux, prefer-ecam, verified, conf1, ecam"
    ),
  ])
  func `what is no function or no policy is one line, status 64`(
    arguments: [String], message: String
  ) async throws {
    let outcome = try await pcicfg.bash(#""$0" policy "$@""#, arguments)
    #expect(outcome == .init(status: .exited(64), output: "", errors: "pcicfg: \(message)\n"))
  }

  @Test func `a record without a processor cannot be decided, status 2`() async throws {
    let outcome = try await pcicfg.run("policy", "--root", "/usr/share")
    #expect(outcome.status == .exited(2))
    #expect(outcome.output == "")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
