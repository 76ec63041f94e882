import GuestProtocol

/// How a boot ended.
public enum Ending: Equatable, Sendable {
  /// The guest said that every selected check has reported.
  case finished
  /// An exception ended the guest; `nil` where it did not say which.
  case trapped(FaultReport?)
  /// The guest's runtime gave up, and why where it said so.
  case panicked(String?)
  /// The processor shut down.
  case tripleFault
  /// The processor halted and nothing can wake it.
  case halted
  /// The hypervisor cannot go on with the guest, and what it said.
  case internalError(String)
  /// The guest was still running after so many seconds, or longer than the hypervisor allows.
  case timeLimit(seconds: Double?)
  /// The guest printed more than is kept.
  case flooded
  /// The hypervisor did not start the guest: how its process ended and what it said.
  case refused(ProcessEnd, String)
  /// The hypervisor's process ended in a way that means nothing of the above, and what it said.
  case died(ProcessEnd, String)
  /// The hypervisor's process could not be started.
  case notStarted(String)

  /// Says what the end of a process means.
  ///
  /// - Parameters:
  ///   - outcome: What the process did.
  ///   - statuses: What its exit statuses mean.
  ///   - transcript: What the guest said.
  ///   - lines: Where the image's code comes from.
  ///   - timeLimit: How long the process was allowed to take, in seconds.
  init(
    _ outcome: HypervisorProcess.Outcome, statuses: [Int32: StatusMeaning],
    transcript: Transcript, lines: SourceLines, timeLimit: Double
  ) {
    let words = Self.lastWords(outcome.errorOutput)
    switch outcome.stop {
    case .timeLimit: self = .timeLimit(seconds: timeLimit)
    case .fatalOutput(let line): self = .internalError(line)
    case .outputLimit: self = .flooded
    case nil:
      guard case .exited(let status) = outcome.end, let meaning = statuses[status] else {
        self =
          transcript.hasRecords || !transcript.noise.isEmpty
          ? .died(outcome.end, words) : .refused(outcome.end, words)
        return
      }
      switch meaning {
      case .finished: self = .finished
      case .trapped: self = .trapped(transcript.fault.map { FaultReport($0, lines: lines) })
      case .panicked: self = .panicked(transcript.panic)
      case .tripleFault: self = .tripleFault
      case .halted: self = .halted
      case .internalError: self = .internalError(Self.lines(outcome.errorOutput).first ?? "")
      case .timeLimit: self = .timeLimit(seconds: nil)
      case .refused:
        self = transcript.hasRecords ? .died(outcome.end, words) : .refused(outcome.end, words)
      }
    }
  }

  /// The last lines of standard error.
  private static func lastWords(_ bytes: [UInt8]) -> String {
    lines(bytes).suffix(3).joined(separator: "; ")
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    var parser = RecordParser()
    return (parser.append(bytes) + parser.finish()).compactMap { record -> String? in
      // Every line counts, whatever it looks like; the parser makes it printable.
      switch record {
      case .noise(let text), .message(let text): text
      default: nil
      }
    }
  }

  /// Whether this is how a boot should end.
  public var isFinished: Bool { self == .finished }
}

extension Ending: CustomStringConvertible {
  /// What happened, in one line.
  public var description: String {
    switch self {
    case .finished: "finished"
    case .trapped(let fault): fault?.description ?? "an exception, the guest did not say which"
    case .panicked(let reason): "the guest gave up" + Self.behind(reason)
    case .tripleFault: "triple fault"
    case .halted: "the guest halted and nothing can wake it"
    case .internalError(let line): "the hypervisor cannot go on" + Self.behind(line)
    case .timeLimit(let seconds):
      seconds.map { "still running after \(Seconds.text($0))" }
        ?? "still running when the hypervisor's own time limit ended it"
    case .flooded: "printed more than \(HypervisorProcess.outputLimit >> 20) MiB without ending"
    case .refused(let end, let words):
      "the hypervisor did not start: it ended with \(end)" + Self.behind(words)
    case .died(let end, let words):
      "the hypervisor died: it ended with \(end)" + Self.behind(words)
    case .notStarted(let reason): "the hypervisor could not be started" + Self.behind(reason)
    }
  }

  private static func behind(_ text: String?) -> String {
    text.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
  }
}
