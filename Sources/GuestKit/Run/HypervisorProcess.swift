import Glibc
import Subprocess

/// One run of a hypervisor's process, from its start to its end.
struct HypervisorProcess: Sendable {
  /// Why the process was ended before it ended by itself.
  enum Stop: Equatable {
    /// It took longer than it may.
    case timeLimit
    /// It printed this line, after which the guest is lost.
    case fatalOutput(String)
    /// It printed more than ``outputLimit`` bytes.
    case outputLimit
  }

  /// What a process did.
  struct Outcome: Equatable {
    /// What it wrote to standard output.
    var output: [UInt8] = []
    /// What it wrote to standard error.
    var errorOutput: [UInt8] = []
    /// How it ended.
    var end: ProcessEnd
    /// Why it was ended, or `nil` where it ended by itself.
    var stop: Stop?
    /// How long it took, in seconds.
    var seconds: Double
  }

  /// Why there is no outcome.
  enum Failure: Error, Equatable {
    /// The process could not be started, and why.
    case notStarted(String)
    /// The run was cancelled, and the process ended.
    case cancelled
  }

  /// The path of the program.
  var program: String
  /// The words behind the program.
  var arguments: [String]
  /// Variables to set.
  var environment: [String: String] = [:]
  /// The file that becomes its standard output. QEMU writes a serial port byte by byte; a pipe would
  /// wake this program for each of them, and slow the guest down.
  var outputFile: String
  /// How long it may take.
  var timeLimit: Duration
  /// Regular expressions for lines on standard error after which it is ended.
  var fatalOutput: [String] = []

  /// How many bytes of each stream may come, and are kept.
  static let outputLimit = 1 << 20
  /// How often the size of the output is looked at.
  static let outputCheckInterval = Duration.milliseconds(10)
  /// How long a process may take to end after it was asked to.
  static let grace = Duration.milliseconds(500)
  /// How long a process may go on to say more about a fatal line.
  static let lastWords = Duration.milliseconds(150)

  /// Runs the process, and ends it where it must be ended, with the processes that it started but for
  /// those in sessions of their own.
  ///
  /// - Throws: A ``Failure``, where it was cancelled after the process has been ended.
  func run() async throws(Failure) -> Outcome {
    let descriptor = open(outputFile, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .notStarted("\(outputFile): \(SystemReason.text(errno))")
    }
    defer { close(descriptor) }
    var options = PlatformOptions()
    // A session of its own: signals for this program's terminal do not reach it, and it is ended
    // together with everything that it started.
    options.createSession = true
    options.teardownSequence = Self.teardown
    var updates: [Environment.Key: String?] = [:]
    for (name, value) in environment {
      guard let key = Environment.Key(rawValue: name) else {
        throw .notStarted("environment \(name): not the name of a variable")
      }
      updates[key] = value
    }
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: Arguments(arguments),
        environment: .inherit.updating(updates),
        platformOptions: options, input: .none,
        output: .fileDescriptor(.init(rawValue: descriptor), closeAfterSpawningProcess: false),
        error: .sequence
      ) { execution in
        await watch(execution, output: descriptor)
      }
      guard !Task.isCancelled else { throw Failure.cancelled }
      let elapsed = (clock.now - start).components
      var outcome = result.closureResult
      outcome.output = (try? FileContents.bytes(of: outputFile, limit: Self.outputLimit)) ?? []
      if outcome.stop == nil, Self.size(of: descriptor) > Self.outputLimit {
        outcome.stop = .outputLimit
      }
      outcome.end =
        switch result.terminationStatus {
        case .exited(let status): .exited(status)
        case .signaled(let signal): .signaled(signal)
        }
      if case .fatalOutput = outcome.stop {
        var watcher = LineWatcher(patterns: fatalOutput)
        // The line may have been seen before its end was there.
        if let line = watcher.firstMatch(in: outcome.errorOutput) {
          outcome.stop = .fatalOutput(line)
        }
      }
      outcome.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
      return outcome
    } catch {
      guard !Task.isCancelled else { throw .cancelled }
      let cause = (error as? SubprocessError)?.underlyingError
      throw .notStarted(cause.map { "\(program): \($0)" } ?? "\(error)")
    }
  }

  private static let teardown: [TeardownStep] = [
    .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)
  ]

  private enum Event: Sendable {
    case errorOutput([UInt8])
    case other(Stop?)
  }

  private typealias Running = Execution<NoInput, FileDescriptorOutput, SequenceOutput>

  private func watch(_ execution: Running, output: Int32) async -> Outcome {
    let (stops, request) = AsyncStream.makeStream(of: Stop.self)
    let identifier = execution.processIdentifier.value
    var outcome = Outcome(end: .exited(0), seconds: 0)
    await withTaskGroup(of: Event.self) { group in
      group.addTask {
        while (try? await Task.sleep(for: Self.outputCheckInterval)) != nil {
          if Self.size(of: output) > Self.outputLimit { request.yield(.outputLimit) }
        }
        return .other(nil)
      }
      group.addTask {
        .errorOutput(await Self.read(execution.standardError, request, fatal: fatalOutput))
      }
      group.addTask {
        if (try? await Task.sleep(for: timeLimit)) != nil { request.yield(.timeLimit) }
        return .other(nil)
      }
      group.addTask {
        for await stop in stops {
          if case .fatalOutput = stop { try? await Task.sleep(for: Self.lastWords) }
          await execution.teardown(using: Self.teardown)
          return .other(stop)
        }
        return .other(nil)
      }
      for await event in group {
        switch event {
        case .other(let stop):
          outcome.stop = outcome.stop ?? stop
          continue
        case .errorOutput(let bytes): outcome.errorOutput = bytes
        }
        // A process may close its standard error and live on; the limit still holds.
        while !Self.hasEnded(identifier), !Task.isCancelled {
          try? await Task.sleep(for: .milliseconds(1))
        }
        request.finish()
        group.cancelAll()
      }
    }
    // The process has ended but is not reaped, so that its number still names its own group.
    kill(-identifier, SIGKILL)
    return outcome
  }

  private static func size(of descriptor: Int32) -> Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_size : 0
  }

  private static func hasEnded(_ identifier: pid_t) -> Bool {
    var information = siginfo_t()
    let result = waitid(
      P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
    return result != 0 || information._sifields._sigchld.si_pid == identifier
  }

  private static func read(
    _ stream: SubprocessOutputSequence, _ request: AsyncStream<Stop>.Continuation,
    fatal: [String] = []
  ) async -> [UInt8] {
    var bytes: [UInt8] = []
    var watcher = LineWatcher(patterns: fatal)
    do {
      for try await buffer in stream {
        let room = outputLimit - bytes.count
        buffer.withUnsafeBytes { bytes.append(contentsOf: $0.prefix(room)) }
        if buffer.count > room { request.yield(.outputLimit) }
        if let line = watcher.firstMatch(in: bytes) { request.yield(.fatalOutput(line)) }
      }
    } catch {
      // What was read is all there is.
    }
    return bytes
  }
}
