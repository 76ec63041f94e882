import PCIConfig

/// The answers of a recorded machine to raw requests, and what its system refused: the file
/// `answers` of a recording.
///
/// The first line of the file names its version (``init(version2:)``). A file without that line has
/// version 1 (``init(version1:)``), which is only read.
package struct RecordedAnswers: Sendable {
  /// A version of the file that cannot be read.
  struct UnknownVersion: Error, Equatable, Sendable {
    /// The version that the first line names; empty where it names none.
    let version: String
  }

  /// The word before the version in the first line.
  private static let signature = "pcicfg-answers"
  /// The version that is written.
  static let version = "2"

  private var answers: [RawRequest: Fact<UInt32>] = [:]
  /// The numbers of the lines that are damaged and left out; the first line is 1.
  package internal(set) var damagedLines: [Int] = []

  /// Takes answers. Of several answers to one request the last one counts.
  package init(_ answers: [RawAnswer] = []) {
    for answer in answers { insert(answer) }
  }

  /// Reads the file in any version.
  ///
  /// - Parameter text: The contents of the file.
  /// - Throws: ``UnknownVersion``.
  init(text: String) throws(UnknownVersion) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { Substring($0) }
    let header = lines[0].split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard header[0] == Self.signature else {
      self.init(version1: lines)
      return
    }
    let version = header.dropFirst().first ?? ""
    guard version == Self.version else { throw UnknownVersion(version: String(version)) }
    self.init(version2: lines)
  }

  /// Writes answers in version 2.
  ///
  /// - Parameter answers: The answers, one line each; absent ones are left out.
  package static func text(_ answers: [RawAnswer]) -> String {
    ([signature + " " + version] + answers.compactMap(line)).map { $0 + "\n" }.joined()
  }

  /// Adds an answer, no more of it than the file has: of a failure the cause, of a permission no value.
  mutating func insert(_ answer: RawAnswer) {
    switch answer.answer {
    case .known(let value):
      answers[answer.request] = .known(answer.request.hasValue ? value : 0)
    case .absent: return
    case .failed(let failure):
      answers[answer.request] = answer.request.failed(failure.cause).answer
    }
  }

  /// The answer to a request; absent where the recording does not have it.
  package func answer(to request: RawRequest) -> RawAnswer {
    request.answered(answers[request] ?? .absent(request.description))
  }

  /// How the system refused a request; `nil` where it did not, or the recording does not have the
  /// answer.
  package func failure(of request: RawRequest) -> SystemFailure? { answers[request]?.failure }
}
