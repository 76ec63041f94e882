import Foundation
import Subprocess
import Testing

/// A program of this package, run as a person would.
enum Tool {
  /// What a run left behind.
  struct Outcome: Equatable {
    /// The exit status; 128 and the signal's number where one ended it.
    var status: Int32
    var output: String
    var error: String
  }

  /// Where the built programs are: beside the test runner's bundle.
  static var directory: String {
    // The runner is either the bundle itself or a helper that is given the bundle's path.
    let arguments = CommandLine.arguments
    let bundle =
      arguments.firstIndex(of: "--test-bundle-path").flatMap { index in
        index + 1 < arguments.count ? arguments[index + 1] : nil
      } ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().path
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - name: The program's name.
  ///   - arguments: Its arguments.
  ///   - seconds: After this time it is ended and the test fails.
  static func run(
    _ name: String, _ arguments: [String] = [], limit seconds: Int = 20
  ) async throws -> Outcome {
    try await run(path: directory + "/" + name, arguments, limit: seconds)
  }

  /// Runs a shell's command line, in which `$1` is the program.
  static func shell(
    _ command: String, _ name: String, limit seconds: Int = 20
  ) async throws -> Outcome {
    try await run(path: "/bin/sh", ["-c", command, "sh", directory + "/" + name], limit: seconds)
  }

  private static func run(
    path: String, _ arguments: [String], limit seconds: Int
  ) async throws -> Outcome {
    var options = PlatformOptions()
    options.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .seconds(1))]
    let platform = options
    return try await withThrowingTaskGroup(of: Outcome.self) { group in
      group.addTask {
        let result = try await Subprocess.run(
          .path(.init(path)), arguments: Arguments(arguments), platformOptions: platform,
          output: .string(limit: 4 << 20), error: .string(limit: 4 << 20))
        let status: Int32 =
          switch result.terminationStatus {
          case .exited(let code): code
          case .signaled(let signal): 128 + signal
          }
        return Outcome(
          status: status, output: result.standardOutput, error: result.standardError)
      }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw TimeLimit(path: path, seconds: seconds)
      }
      defer { group.cancelAll() }
      guard let outcome = try await group.next() else { throw CancellationError() }
      return outcome
    }
  }

  /// A program that did not end in time.
  struct TimeLimit: Error, CustomStringConvertible {
    let path: String
    let seconds: Int

    var description: String { "\(path): still running after \(seconds) s" }
  }
}
