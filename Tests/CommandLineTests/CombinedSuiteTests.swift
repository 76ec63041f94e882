import Foundation
import GuestProtocol
import Testing

/// All suites that run by default, in one image, in two orders.
@Suite("combined suites", .timeLimit(.minutes(5)))
struct CombinedSuiteTests {
  /// What a check reported, without its number in the run.
  private struct Section: Equatable {
    let check: CheckID
    let records: [Record]
  }

  private let vmm = Tool(name: "vmm")

  private var folder: String {
    get throws { "\(try vmm.path.dropLast("vmm".count))pcicfg_GuestROMs.resources" }
  }

  /// The suites in the order of their names. Not `harness`: its checks end the guest on purpose.
  private var suites: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { $0.hasSuffix(".rom") && $0 != "harness.rom" }
        .map { String($0.dropLast(".rom".count)) }
        .sorted()
    }
  }

  /// Boots an image.
  ///
  /// - Parameters:
  ///   - image: The image's file name.
  ///   - command: A line of `bash` that boots the image `$1`. `$0` is `vmm`; `$2` is an image of
  ///     64 KiB, the same for all images.
  private func boot(_ image: String, _ command: String) async throws -> [Section] {
    let folder = try folder
    let outcome = try await vmm.bash(command, ["\(folder)/\(image)", "\(folder)/conf1.rom"])
    #expect(outcome.status == .exited(GuestExit.finished.status), "\(image): \(outcome.errors)")
    var parser = RecordParser()
    let records = parser.append(outcome.output.utf8) + parser.finish()
    var sections: [Section] = []
    for record in records.drop(while: { if case .start = $0 { false } else { true } }) {
      if case .start(let check) = record {
        sections.append(Section(check: check, records: []))
        continue
      }
      let last = sections.removeLast()
      let unnumbered: Record =
        switch record {
        case .result(_, let id, let passed): .result(number: 0, id, passed: passed)
        case .skip(_, let id, let requirement): .skip(number: 0, id, requirement: requirement)
        default: record
        }
      sections.append(Section(check: last.check, records: last.records + [unnumbered]))
    }
    #expect(records.prefix(2) == [.version(1), .plan(sections.count)], "\(image)")
    return sections
  }

  private func expectSameResults(_ command: String) async throws {
    var separate: [[Section]] = []
    for suite in try suites { separate.append(try await boot("\(suite).rom", command)) }
    let inOrder = try await boot("in-order.combined", command)
    #expect(inOrder == separate.flatMap { $0 })
    let reversed = try await boot("reversed.combined", command)
    #expect(reversed == separate.reversed().flatMap { $0 })
  }

  @Test(.needsKVM) func `give the results of the separate suites on the monitor`() async throws {
    try await expectSameResults(#""$0" run --coalesce port:0x3f8 "$1""#)
  }

  @Test(.needsQEMU) func `give the results of the separate suites with the translator`()
    async throws
  {
    // The expansion ROM must have one size in all runs: it decides a base address.
    try await expectSameResults(
      """
      qemu-system-x86_64 -machine q35,accel=tcg -m 64 -nodefaults -no-user-config -no-reboot \
      -display none -monitor none -parallel none -serial stdio -bios "$1" \
      -device isa-debug-exit,iobase=0xf4,iosize=4 \
      -device pci-testdev,addr=2.0,multifunction=on,membar=64K,romfile="$2" \
      -device pci-testdev,addr=2.1 -device pcie-root-port,id=downstream,addr=3,chassis=1 \
      -device virtio-rng-pci,bus=downstream,aer=on
      """)
  }
}
