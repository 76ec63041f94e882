import Foundation
import GuestKit
import GuestProtocol
import TestSupport
import Testing

/// An image that no processor could run: a parameter block and the names of checks.
func image(_ suite: String = "suite", checks: [String] = ["a.one", "a.two", "b.three"])
  -> GuestImage
{
  var bytes =
    ParameterBlock.magic + [1, 0] + [UInt8](repeating: 0, count: ParameterBlock.size - 18)
  for check in checks { bytes += Array("\(suite).\(check)\0".utf8) }
  return GuestImage(suite: suite, bytes: bytes)
}

func id(_ text: String) throws -> CheckID { try #require(CheckID(text)) }

/// The hypervisors of the tests: shell scripts that get the image's path as `$1`.
struct Laboratory {
  private let directory: TemporaryDirectory
  var path: String { directory.path }

  init() throws { directory = try TemporaryDirectory() }

  /// A script in this folder.
  func script(_ text: String, name: String = "script") throws -> String {
    try directory.writeScript(name, text)
  }

  /// A hypervisor that runs a script.
  func hypervisor(_ text: String, name: String = "script") throws -> HypervisorConfiguration {
    var hypervisor = HypervisorConfiguration(
      name: name, command: [try script(text, name: name), "{image}"])
    hypervisor.statuses = [
      33: .finished, 35: .trapped, 37: .panicked, 3: .tripleFault, 5: .internalError, 6: .halted,
      8: .timeLimit, 2: .refused,
    ]
    hypervisor.fatalOutput = ["KVM internal error"]
    return hypervisor
  }

  /// Runs a suite of three checks on a script.
  func run(
    _ text: String, timeLimit: Double = 600, image: GuestImage = image(),
    adjust: (inout HypervisorConfiguration, inout RunSettings) -> Void = { _, _ in }
  ) async throws -> Report.Run {
    var hypervisor = try hypervisor(text)
    var settings = RunSettings()
    settings.timeLimit = timeLimit
    adjust(&hypervisor, &settings)
    let selection = try Selection(
      patterns: [], hypervisorPatterns: [], images: [image],
      file: HypervisorFile(hypervisors: [hypervisor]))
    let report = try await GuestRunner(selection: selection, deviations: [], settings: settings)
      .run()
    return try #require(report.runs.first)
  }
}

extension Report.Run {
  /// Each check with its outcome and what was said about it.
  var summary: [String] {
    verdicts.map { verdict in
      "\(verdict.check) \(verdict.outcome.word)" + (verdict.reason.map { ": \($0)" } ?? "")
    }
  }
}
