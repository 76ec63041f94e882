import Foundation
import GuestProtocol
import PCIConfig
import TestSupport
import Testing

/// The suites themselves, on real hypervisors.
@Suite("guest suites", .hangLimit)
struct GuestSuiteTests {
  private let guestctl = Tool(name: "guestctl")
  private let vmm = Tool(name: "vmm")
  /// How many suites run by default.
  private let suites = 9

  /// Runs suites; every outcome that is no pass must be explained.
  private func report(_ arguments: [String]) async throws -> GuestReport {
    let outcome = try await guestctl.bash(
      #""$0" run --json - --timeout 600 "$@""#, arguments)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    return try JSONDecoder().decode(GuestReport.self, from: Data(outcome.output.utf8))
  }

  @Test(.needsQEMU) func `every difference of QEMU with its translator is explained`()
    async throws
  {
    let report = try await report(["--on", "qemu-tcg-*"])
    #expect(report.runs.count == 5 * suites)
    #expect(report.runs.flatMap(\.verdicts).contains { $0.outcome == "deviation" })
  }

  @Test(.needsQEMU, .needsKVM) func `every difference of QEMU with KVM is explained`()
    async throws
  {
    let report = try await report(["--on", "qemu-kvm-*"])
    #expect(report.runs.count == 3 * suites)
    #expect(report.runs.flatMap(\.verdicts).contains { $0.outcome == "deviation" })
  }

  @Test(.needsKVM) func `the project's own monitor has no deviation and skips nothing`()
    async throws
  {
    let report = try await report(["--on", "vmm*"])
    #expect(report.runs.count == 2 * suites)
    for verdict in report.runs.flatMap(\.verdicts) {
      #expect(["pass", "observed"].contains(verdict.outcome), "\(verdict.check)")
    }
  }

  @Test(.needsKVM) func `memory routines and page tables work on the monitor`() async throws {
    let report = try await report(["harness.memory", "--on", "vmm"])
    #expect(report.runs.flatMap(\.verdicts).map(\.outcome) == Array(repeating: "pass", count: 6))
  }

  @Test(.needsQEMU) func `memory routines and page tables work with the translator`()
    async throws
  {
    let report = try await report(["harness.memory", "--on", "qemu-tcg-pc"])
    #expect(report.runs.flatMap(\.verdicts).map(\.outcome) == Array(repeating: "pass", count: 6))
  }

  @Test(.needsKVM) func `without mechanism 1 a guest finds a clean absence`() async throws {
    let records = try await vmm.records(of: "conf1", ["--conf1", "off"])
    let results = records.compactMap { record -> String? in
      switch record {
      case .result(_, let id, let passed): "\(id) \(passed)"
      case .skip(_, _, let requirement): requirement
      default: nil
      }
    }
    #expect(results.first == "conf1.presence.consistent true")
    #expect(Set(results.dropFirst()) == ["conf1"])
  }

  @Test(.needsKVM) func `without its register a guest finds no window to check`() async throws {
    let records = try await vmm.records(of: "ecam", ["--ecam", "off"])
    let requirements = records.compactMap { record -> String? in
      if case .skip(_, _, let requirement) = record { requirement } else { nil }
    }
    #expect(Set(requirements) == ["pciexbar"])
    #expect(!records.contains { if case .result = $0 { true } else { false } })
  }

  @Test(.needsKVM, arguments: ["trapped", "read-only"])
  func `one function whose ECAM is broken stays with mechanism 1, no other`(
    window: String
  ) async throws {
    let records = try await vmm.records(
      of: "selector", ["--ecam", window, "--ecam-fault", "00:02.0"])
    let failed = records.compactMap { record -> String? in
      if case .result(_, let id, false) = record { "\(id)" } else { nil }
    }
    // Nothing else is wrong: the identifiers are read where they are right.
    #expect(failed == ["selector.facts.agreement", "selector.verified.pinned"])
    #expect(
      records.contains(
        .compared(wanted: "none", saw: "0x0010", clause: "pcicfg: the policy verified")))
  }

  @Test(
    .needsKVM,
    arguments: [
      // The first 256 MiB, where memory is; a base that no region can have; buses the wrong way.
      MCFGEntry(base: 0, segment: 0, firstBus: 0, lastBus: 255),
      MCFGEntry(base: 0x1234_5678, segment: 0, firstBus: 0, lastBus: 255),
      MCFGEntry(base: 0xC000_0000, segment: 0, firstBus: 9, lastBus: 3),
      MCFGEntry(base: 0xC000_0000, segment: 7, firstBus: 0, lastBus: 255),
      // Bases that the host bridge's register cannot hold.
      MCFGEntry(base: 0x8000_1000, segment: 0, firstBus: 0, lastBus: 255),
      MCFGEntry(base: 0x9000_0006, segment: 0, firstBus: 0, lastBus: 255),
      MCFGEntry(base: 0x8010_0000, segment: 0, firstBus: 0, lastBus: 255),
    ])
  func `a forged table leads no guest astray`(entry: MCFGEntry) async throws {
    let table = try TemporaryFile(MCFGTable(entries: [entry]).bytes)
    let selector = try await vmm.records(of: "selector", ["--acpi", table.path])
    #expect(!selector.contains { if case .result(_, _, false) = $0 { true } else { false } })
    #expect(selector.contains(.observed("mechanisms-agree", clause: "pcicfg: the policy verified")))
    let judgement = try await vmm.records(of: "mcfg", ["--acpi", table.path])
    #expect(
      judgement.contains {
        if case .result(_, let id, false) = $0 {
          "\(id)" == "mcfg.window.host-bridge"
        } else {
          false
        }
      })
  }

  @Test(.needsKVM) func `a table that lists a segment twice fails checks and ends none`()
    async throws
  {
    let right = MCFGEntry(base: 0xC000_0000, segment: 0, firstBus: 0, lastBus: 255)
    let wrong = MCFGEntry(base: 0xD000_0000, segment: 0, firstBus: 0, lastBus: 255)
    for (entries, differing) in [([right, right], 0), ([right, wrong], 7)] {
      let table = try TemporaryFile(MCFGTable(entries: entries).bytes)
      let records = try await vmm.records(of: "mcfg", ["--acpi", table.path])
      #expect(
        records.contains(
          .compared(wanted: "0", saw: "\(differing)", clause: "FIRMWARE33 4.1.2")))
      #expect(
        records.contains {
          if case .result(_, let id, false) = $0 { "\(id)" == "mcfg.table.errors" } else { false }
        })
    }
  }

  @Test(.needsKVM) func `a table that ends within its header fails its length`() async throws {
    let table = try TemporaryFile(
      Array("MCFG".utf8) + [40, 0, 0, 0, 1] + Array(repeating: 0, count: 31))
    let records = try await vmm.records(of: "mcfg", ["--acpi", table.path])
    #expect(records.contains(.compared(wanted: "0", saw: "40", clause: "FIRMWARE33 4.1.2")))
  }

  @Test(.needsKVM) func `without a hypervisor its leaf may hold anything`() async throws {
    let records = try await vmm.records(of: "hypervisor", ["--hypervisor", "none"])
    #expect(
      records.contains {
        if case .skip(_, let id, let requirement) = $0 {
          "\(id)" == "hypervisor.signature.stable" && requirement == "hypervisor-bit"
        } else {
          false
        }
      })
  }

  @Test(.needsKVM) func `a guest knows every hypervisor by its signature, and chooses well`()
    async throws
  {
    let file = "\(try vmm.path.dropLast("vmm".count))pcicfg_GuestROMs.resources/signatures.yml"
    let report = try await report([
      "--hypervisors", file, "hypervisor", "selector", "damaged-facts",
    ])
    let names = Set(report.runs.map(\.hypervisor))
    #expect(names.isSuperset(of: Hypervisor.allCases.map { "\($0.name)" }))
    #expect(names.isSuperset(of: ["kvm-behind-hyper-v", "xen-behind-hyper-v"]))
    #expect(report.runs.count == 3 * names.count)
    let verdicts = report.runs.flatMap(\.verdicts)
    for verdict in verdicts {
      #expect(["pass", "observed"].contains(verdict.outcome), "\(verdict.check)")
    }
    #expect(
      verdicts.count { $0.check == "hypervisor.detection.name" && $0.outcome == "pass" }
        == names.count)
    #expect(
      Set(verdicts.filter { $0.check == "hypervisor.signature.text" }.map(\.saw))
        == Set(HypervisorSignature.table.map { "\"\($0.signature)\"" }))
    // Only the absence of a hypervisor has no signature.
    let refusal = try await vmm.run("run", "x", "--hypervisor", "unheard-of")
    let values = refusal.errors.split(separator: "expected ").last?.split(separator: " (see").first
    #expect(Set((values ?? "").split(separator: ", ").map { String($0) }) == names.union(["none"]))
  }
}
