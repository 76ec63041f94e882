import Glibc
import PCIConfig

/// The machine that is looked at: this one, or the record of one.
///
/// Everything that is learnt about a machine enters through this value. A record is a directory
/// with the files of `/sys`, `/proc`, `/boot` and `/dev` that matter at their usual places below
/// it, and two files more:
/// - `cpuid`, what `cpuid -r` prints;
/// - `answers`, what the machine answered to requests that leave no file (``RecordedAnswers``).
public struct Host: Sendable {
  enum Source: Sendable {
    case live(root: String)
    case recorded(root: String, RecordedAnswers)
  }

  let source: Source

  /// The machine that this program runs on.
  public static let live = Host(source: .live(root: ""))

  private init(source: Source) {
    self.source = source
  }

  /// This machine with its files below another directory, where they can be written as well.
  ///
  /// - Parameter root: The directory that stands for `/`.
  init(liveFilesBelow root: String) { self.init(source: .live(root: root)) }

  /// Opens a record.
  ///
  /// - Parameter root: Its directory.
  /// - Throws: `SystemFailure` where there is no such directory, or its `answers` cannot be read.
  public init(recordedAt root: String) throws(SystemFailure) {
    guard let directory = opendir(root) else { throw SystemFailure("open", root, .errno(errno)) }
    closedir(directory)
    let files = Host(source: .recorded(root: root, RecordedAnswers(text: "")))
    switch files.text("answers") {
    case .known(let text): source = .recorded(root: root, RecordedAnswers(text: text))
    case .absent: source = files.source
    case .failed(let failure): throw failure
    }
  }

  /// The directory of the record; `nil` for the live machine.
  public var recordRoot: String? {
    guard case .recorded(let root, _) = source else { return nil }
    return root
  }
}
