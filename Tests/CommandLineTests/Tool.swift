import Glibc
import Subprocess
import TestSupport
import Testing

/// A built product, run as a person would run it.
struct Tool {
  /// The product's name.
  let name: String

  /// What a finished process left behind.
  struct Outcome: Equatable {
    var status: TerminationStatus
    var output: String
    var errors: String
  }

  /// A process that did not end within the hang limit; it was killed.
  struct Hung: Error {
    let command: String
  }

  /// The path of the program: products lie beside the program that runs the tests.
  var path: String {
    get throws {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = readlink("/proc/self/exe", &buffer, buffer.count)
      try #require(count > 0, "/proc/self/exe: \(String(cString: strerror(errno)))")
      let runner = String(decoding: buffer.prefix(count), as: UTF8.self)
      let folder = try #require(runner.lastIndex(of: "/").map { runner[..<$0] })
      return "\(folder)/\(name)"
    }
  }

  /// Runs the product to its end.
  ///
  /// - Parameter arguments: Its arguments.
  func run(_ arguments: String...) async throws -> Outcome {
    try await Self.run(path, arguments)
  }

  /// Runs a line of `bash` to its end, in which `$0` is the product.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - arguments: `$1` and so on.
  func bash(_ line: String, _ arguments: [String]) async throws -> Outcome {
    try await Self.run("/bin/bash", ["-c", line, path] + arguments)
  }

  private static func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
    try await withHangLimit(program) {
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: .init(arguments),
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
      return Outcome(
        status: result.terminationStatus, output: result.standardOutput,
        errors: result.standardError)
    }
  }

  /// Runs the product, waits for its first output, sends it a signal and waits for its end.
  ///
  /// - Parameters:
  ///   - signal: The signal.
  ///   - arguments: Its arguments.
  func run(sending signal: Signal, _ arguments: String...) async throws -> Outcome {
    let path = try path
    return try await Self.withHangLimit(path) {
      let result = try await Subprocess.run(
        .path(.init(path)), arguments: .init(arguments), input: .none, output: .sequence,
        error: .string(limit: 1 << 20)
      ) { execution in
        var output: [UInt8] = []
        var isSent = false
        for try await buffer in execution.standardOutput {
          output += buffer.withUnsafeBytes { Array($0) }
          if !isSent { try execution.send(signal: signal) }
          isSent = true
        }
        return String(decoding: output, as: UTF8.self)
      }
      return Outcome(
        status: result.terminationStatus, output: result.closureResult,
        errors: result.standardError)
    }
  }

  /// Cancelling a task that runs a process kills that process.
  private static func withHangLimit(
    _ command: String, _ body: @escaping @Sendable () async throws -> Outcome
  ) async throws -> Outcome {
    try await withThrowingTaskGroup(of: Outcome?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .hangLimit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let outcome = first else {
        throw Hung(command: command)
      }
      return outcome
    }
  }
}
