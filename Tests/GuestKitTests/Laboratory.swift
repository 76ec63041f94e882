import Foundation
import GuestKit
import GuestProtocol
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
struct Laboratory: ~Copyable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("guestkit-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A script in this folder.
  func script(_ text: String, name: String = "script") throws -> String {
    let file = "\(path)/\(name)"
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    return file
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
    _ text: String, timeLimit: Double = 60, image: GuestImage = image(),
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
