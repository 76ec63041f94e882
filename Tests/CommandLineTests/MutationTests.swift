import Foundation
import GuestProtocol
import TestSupport
import Testing

/// The monitor wrong on purpose, and the checks that notice.
@Suite("vmm run --mutate", .hangLimit)
struct MutationTests {
  private let vmm = Tool(name: "vmm")

  /// For each mutation checks that fail under it, or are skipped for want of what it hides. All
  /// those of a mutation belong to one suite.
  private static let noticedBy: [String: [String]] = [
    "conf1-address-write-only": ["conf1.presence.consistent", "conf1.latch.read-back"],
    "conf1-address-keeps-reserved-bits": ["conf1.latch.reserved-bits"],
    "conf1-address-shows-bytes": ["conf1.latch.byte-reads", "conf1.latch.word-read"],
    "conf1-address-takes-bytes": ["conf1.latch.byte-writes"],
    "conf1-address-misplaces-words": ["conf1.latch.word-write"],
    "conf1-address-advances": ["conf1.latch.data-access"],
    "conf1-address-shared": ["config-space.both.latch-kept"],
    "conf1-enable-ignored-by-reads": ["conf1.enable.clear-reads"],
    "conf1-enable-ignored-by-writes": ["conf1.enable.clear-writes"],
    "conf1-low-bits-added": ["conf1.address.low-bits"],
    "conf1-reserved-bits-refused": ["conf1.address.reserved-bits"],
    "conf1-reaches-extended": ["conf1.address.extended-register"],
    "conf1-reads-from-lane-0": ["conf1.lanes.bytes", "conf1.lanes.words"],
    "conf1-writes-to-lane-0": ["config-space.conf1.byte-lanes", "config-space.conf1.word-lanes"],
    "conf1-unaligned-words-zero": ["conf1.lanes.middle-word"],
    "conf1-narrow-writes-widened": [
      "config-space.conf1.byte-lanes", "config-space.conf1.word-lanes",
    ],
    "conf1-bus-ignored": ["conf1.absent.bus"],
    "conf1-device-cut": ["config-space.both.functions"],
    "conf1-function-ignored": ["config-space.both.functions", "config-space.conf1.siblings"],
    "conf1-absent-zero": ["conf1.absent.bus"],
    "ecam-port-layout": ["ecam.agreement.registers", "ecam.express.list-ends"],
    "ecam-function-ignored": ["ecam.agreement.registers", "ecam.absent.function"],
    "ecam-bus-ignored": ["ecam.absent.bus"],
    "ecam-bus-cut": ["config-space.ecam.secondary-bus"],
    "ecam-absent-zero": ["ecam.absent.device", "ecam.absent.function", "ecam.absent.bus"],
    "ecam-extended-aliased": ["ecam.conventional.extended"],
    "ecam-reads-from-lane-0": ["ecam.identity.words", "ecam.identity.bytes"],
    "ecam-writes-to-lane-0": ["config-space.ecam.byte-lanes", "config-space.ecam.word-lanes"],
    "ecam-narrow-writes-widened": [
      "config-space.ecam.byte-lanes", "config-space.ecam.word-lanes",
    ],
    "ecam-writes-dropped": ["ecam.agreement.writes", "ecam.agreement.byte-write"],
    "ecam-enabled-at-reset": ["ecam.window.at-reset"],
    "ecam-disable-ignored": ["ecam.window.disabled"],
    "ecam-length-ignored": ["ecam.window.small-base"],
    "ecam-base-cut": ["ecam.window.small-base"],
    "ecam-move-ignored": ["ecam.window.moved-to", "ecam.window.moved-through-itself"],
    "ecam-stays-behind": ["ecam.window.moved-from", "ecam.window.disabled"],
    "mirror-never-updated": ["ecam.agreement.writes"],
    "mirror-conventional-only": ["ecam.express.first-capability", "ecam.express.list-ends"],
    "mirror-absent-zero": ["ecam.absent.device", "ecam.absent.function", "ecam.absent.bus"],
    "mirror-keeps-vanished": ["config-space.ecam.renumbered-bus"],
    "mirror-writable": ["ecam.agreement.writes", "ecam.agreement.byte-write"],
    "mirror-stays-behind": ["ecam.window.moved-from", "ecam.window.disabled"],
    "clock-binary": ["clock.time.format"],
    "clock-memory-halved": ["clock.memory.size", "clock.index.pairs"],
    "clock-flags-kept": ["clock.flags.cleared"],
    "ring-late": ["clock.index.pairs"],
    "ring-reversed": ["clock.index.last-of-many", "clock.index.last-of-string"],
    "ring-first-lost": ["clock.index.pairs"],
    "doorbell-misplaced": ["doorbell.memory.any-value", "doorbell.ports.any-value"],
    "doorbell-wide": ["doorbell.ports.any-value", "doorbell.ports.one-value"],
    "unclaimed-zero": ["ecam.window.beyond-end", "ecam.window.disabled"],
    "unclaimed-stale": ["conf1.latch.byte-reads", "conf1.latch.word-read"],
    "identity-writable": ["conf1.read-only.identification"],
    "header-type-writable": ["config-space.conf1.identity-fixed"],
    "interrupt-line-fixed": ["conf1.lanes.byte-write"],
    "function-0-absent": ["conf1.multi-function.function-0"],
    "memory-space-fixed": ["conf1.command.memory-space"],
    "capability-list-loops": ["config-space.conf1.list-ends", "config-space.ecam.list-ends"],
    "capability-header-writable": [
      "config-space.conf1.list-fixed", "config-space.ecam.list-fixed",
    ],
    "extended-list-loops": ["ecam.express.list-ends"],
    "extended-list-ones": ["ecam.express.first-capability", "ecam.express.list-ends"],
    "extended-truncated": ["config-space.ecam.secondary-extended"],
    "bar-shows-size": ["conf1.bar.well-formed"],
    "bar-bytes-dropped": ["conf1.bar.bytes"],
    "bar-lost-after-sizing": ["conf1.bar.restored"],
    "bar-type-writable": ["conf1.bar.well-formed"],
    "bar-unimplemented-writable": ["conf1.bar.unimplemented"],
    "bar64-upper-fixed": ["conf1.bar.64-bit"],
    "bar64-halves-tied": ["config-space.conf1.bar64-halves", "config-space.ecam.bar64-halves"],
    "bar-io-bit-1-set": ["conf1.bar.io"],
    "rom-enable-fixed": ["conf1.rom-bar.enable"],
    "bridge-shows-subordinate": [
      "config-space.conf1.subordinate-buses", "config-space.ecam.subordinate-buses",
    ],
    "bridge-keeps-old-number": [
      "config-space.conf1.renumbered-bus", "config-space.ecam.renumbered-bus",
    ],
    "bridge-device-ignored": [
      "config-space.conf1.other-devices", "config-space.ecam.other-devices",
    ],
    "cpuid-bit-clear": ["hypervisor.detection.name"],
    "cpuid-signature-zero": ["hypervisor.detection.name"],
    "cpuid-signature-order": ["hypervisor.detection.name"],
    "cpuid-maximum-basic": ["hypervisor.leaves.maximum"],
    "cpuid-subleaf-matters": ["hypervisor.signature.stable"],
  ]

  /// Mutations that no check notices, with the reason.
  private static let unnoticed: Set = [
    // What reads and words at the index port do is observed, not judged.
    "clock-index-readable", "clock-words-cut",
    // To see a clock go on would take a second.
    "clock-set-ignored",
    // No suite takes interrupts.
    "interrupt-misrouted", "interrupt-once",
  ]

  /// What mutations of the ring need.
  private static let coalescing = ["--coalesce", "port:0x70"]

  private static func window(for mutation: String) -> String {
    mutation.hasPrefix("mirror-") ? "read-only" : "trapped"
  }

  /// What checks of one suite say: `true` where they have passed, `nil` where they were skipped.
  private func results(
    of checks: [String], _ options: [String]
  ) async throws -> [String: Bool?] {
    let suite = try #require(checks.first?.split(separator: ".").first)
    let folder = "\(try vmm.path.dropLast("vmm".count))pcicfg_GuestROMs.resources"
    let suiteImage = try #require(FileManager.default.contents(atPath: "\(folder)/\(suite).rom"))
    var image = Array(suiteImage)
    var parameters = Parameters()
    parameters.checks = checks.map { Glob(Array($0.utf8)) }
    parameters.hypervisor = Array("kvm".utf8)
    try ParameterBlock.write(parameters, into: &image)
    let file = try TemporaryFile(image)
    let outcome = try await vmm.bash(
      #""$0" run --timeout 600 "$@""#, [file.path] + options)
    #expect(outcome.status == .exited(GuestExit.finished.status), "\(outcome.errors)")
    var parser = RecordParser()
    var results: [String: Bool?] = [:]
    for record in parser.append(outcome.output.utf8) + parser.finish() {
      switch record {
      case .result(_, let id, let passed): results[id.text] = passed
      case .skip(_, let id, _): results[id.text] = .some(nil)
      default: break
      }
    }
    return results
  }

  @Test("The list tells all mutations in 80 columns, those of PCI and CPUID noticed by checks")
  func list() async throws {
    let outcome = try await vmm.run("run", "--mutate", "list")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    let names = Set(lines.filter { !$0.hasPrefix(" ") }.map { String($0) })
    #expect(names == Self.unnoticed.union(Self.noticedBy.keys))
    #expect(Self.unnoticed.isDisjoint(with: Self.noticedBy.keys))
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.count { $0.hasPrefix("  https://") } >= 10)
    for (name, next) in zip(lines, lines.dropFirst()) where !name.hasPrefix(" ") {
      #expect(next.hasPrefix("  ") && next.hasSuffix("."), "\(name)")
    }
  }

  @Test(
    "A name that there is not, or that needs another window, is one line, status 64",
    arguments: [
      (
        ["a", "--mutate", "ecam-port-layuot"],
        "--mutate ecam-port-layuot: did you mean 'ecam-port-layout'?"
      ),
      (
        ["a", "--mutate", "nonsense-of-another-kind"],
        "--mutate nonsense-of-another-kind: expected a name from 'vmm run --mutate list'"
      ),
      (
        ["a", "--mutate", "mirror-writable"],
        "--mutate mirror-writable: expected --ecam read-only"
      ),
      (
        ["a", "--mutate", "ecam-port-layout", "--ecam", "read-only"],
        "--mutate ecam-port-layout: expected --ecam trapped"
      ),
      (["--mutate", "ecam-port-layout"], "missing expected argument '<image>'"),
    ])
  func usage(arguments: [String], message: String) async throws {
    #expect(
      try await vmm.bash(#""$0" run "$@""#, arguments)
        == .init(
          status: .exited(64), output: "", errors: "vmm: \(message) (see 'vmm run --help')\n"))
  }

  @Test("Checks notice what is wrong", .needsKVM, arguments: noticedBy.keys.sorted())
  func noticed(mutation: String) async throws {
    let checks = try #require(Self.noticedBy[mutation])
    let results = try await results(
      of: checks, Self.coalescing + ["--mutate", mutation, "--ecam", Self.window(for: mutation)])
    #expect(Set(results.keys) == Set(checks))
    for (check, passed) in results { #expect(passed != true, "\(check)") }
  }

  @Test(
    "The same checks pass where nothing is wrong", .needsKVM, arguments: ["trapped", "read-only"])
  func right(window: String) async throws {
    let checks = Set(Self.noticedBy.values.joined()).sorted()
    for (suite, checks) in Dictionary(grouping: checks, by: { $0.prefix { $0 != "." } }) {
      let results = try await results(of: checks, Self.coalescing + ["--ecam", window])
      #expect(results == Dictionary(uniqueKeysWithValues: checks.map { ($0, true) }), "\(suite)")
    }
  }
}
