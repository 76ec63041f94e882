import Foundation
import PCIConfig
import TestSupport
import Testing

@Suite struct PolicyCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  @Test func `an address is decided under every policy`() async throws {
    let root = try record(year: "2016", isReserved: true)
    let outcome = try await pcicfg.run("policy", "0000:00:00.0", "--root", root.path)
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
    let root = try record(year: "2016", isReserved: true)
    let outcome = try await pcicfg.run(
      "policy", "00:1f.3", "--policy", "conf1", "--json", "--root", root.path)
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
    (
      ["--hypervisor", "bochs"],
      "--hypervisor bochs: expected none, "
        + Hypervisor.allCases.map { "\($0.name)" }.joined(separator: ", ")
    ),
  ])
  func `what is no function or no policy is one line, status 64`(
    arguments: [String], message: String
  ) async throws {
    let outcome = try await pcicfg.bash(#""$0" policy "$@""#, arguments)
    #expect(outcome == .init(status: .exited(64), output: "", errors: "pcicfg: \(message)\n"))
  }

  /// A guest of KVM with a table of one region, which its memory map reserves or not.
  private func record(year: String, isReserved: Bool) throws -> TemporaryDirectory {
    let root = try TemporaryDirectory()
    let table = MCFGTable(
      entries: [MCFGEntry(base: 0xB000_0000, segment: 0, firstBus: 0, lastBus: 255)]
    ).bytes
    let leaf = " 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0xd64b4d56 edx=0x0000004d\n"
    let files: [String: [UInt8]] = [
      "cpuid": Array(
        ("0x00000001" + leaf + "0x40000000" + leaf.replacing("xd6", with: "x56")).utf8),
      "sys/class/dmi/id/bios_date": Array("03/16/\(year)\n".utf8),
      "sys/firmware/acpi/tables/MCFG": table,
      "proc/ioports": Array("0cf8-0cff : PCI conf1\n".utf8),
      "proc/iomem": Array("b0000000-bfffffff : \(isReserved ? "Reserved" : "a device")\n".utf8),
    ]
    for (name, bytes) in files { try root.write(name, bytes) }
    return root
  }

  @Test(arguments: [("2014", true, true), ("2014", false, false), ("2016", false, true)])
  func `linux says why it leaves the region of a recorded machine`(
    year: String, isReserved: Bool, isTaken: Bool
  ) async throws {
    let root = try record(year: year, isReserved: isReserved)
    let outcome = try await pcicfg.run(
      "policy", "0:2.0", "0:0.0", "--policy", "linux", "--root", root.path)
    let vouchers = "MCFG lists it" + (isReserved ? ", it is reserved" : "")
    let reason =
      isTaken
      ? """
      linux, 0x100-0xfff: ECAM: mechanism 1 reaches registers below 0x100, not 0x100;
        the region at 0xb0000000 (\(vouchers))
      """
      : """
      linux, 0x100-0xfff: refused: mechanism 1 reaches registers below 0x100, not
        0x100; Linux drops MCFG: neither E820 nor ACPI reserves the region at
        0xb0000000, and the firmware is not known to be of 2016 or later
      """
    #expect(
      outcome
        == .init(
          status: .exited(0),
          output: """
            2 functions: 0000:00:00.0 0000:00:02.0

            policy       0x00-0xff      0x100-0xfff
            linux        mechanism 1    \(isTaken ? "ECAM" : "refused")

            linux, 0x00-0xff: mechanism 1: mechanism 1 answers
            \(reason)

            """, errors: ""))
  }

  @Test func `a function that the machine has not is one line, status 2`() async throws {
    let file = try TemporaryFile(Array(SmallDump.q35.utf8))
    let outcome = try await pcicfg.run(
      "policy", "-F", file.path, "--hypervisor", "none", "00:00.0", "0:1f.3")
    #expect(
      outcome
        == .init(
          status: .exited(2), output: "", errors: "pcicfg: 0:1f.3: no such function\n"))
  }

  @Test func `--compare answers, whatever this machine permits`() async throws {
    let outcome = try await pcicfg.run("policy", "--compare", "--policy", "verified", "0:0.0")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(!outcome.output.contains("not asked for"))
  }

  @Test func `a record without a processor cannot be decided, status 2`() async throws {
    let outcome = try await pcicfg.run("policy", "--root", "/usr/share")
    #expect(outcome.status == .exited(2))
    #expect(outcome.output == "")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
