import Glibc
import PCIConfig

/// The machine that is looked at: this one, or the record of one.
///
/// Everything that is learnt about a machine enters through this value. A record is a directory
/// with the files of `/sys`, `/proc`, `/boot` and `/dev` that matter at their usual places below
/// it, and two files more:
/// - `cpuid`, what `cpuid -r` prints;
/// - `answers`, what the machine answered to requests that leave no file, in a format of its own with
///   a version (``RecordedAnswers``).
///
/// The same files may be in memory, and a dump of registers is a record that has no other files
/// than the functions' registers.
public struct Host: Sendable {
  /// What stands for the live machine.
  public enum Record: Hashable, Sendable {
    /// A directory.
    case directory(String)
    /// A dump of registers, read from this file.
    case dump(String)
    /// Files in memory.
    case memory
  }

  enum Files: Sendable {
    case directory(String)
    case memory(FileTree)
  }

  /// What stands for the live machine; `nil` for the live machine itself.
  public let record: Record?
  let files: Files
  /// What a recorded machine answered to raw requests; `nil` for the live machine.
  package let answers: RecordedAnswers?
  /// Where it is noted what the host is asked.
  package private(set) var journal: Journal?

  /// The machine that this program runs on.
  public static let live = Host(record: nil, .directory(""), nil)

  private init(record: Record?, _ files: Files, _ answers: RecordedAnswers?) {
    self.record = record
    self.files = files
    self.answers = answers
  }

  /// This machine with its files below another directory, where they can be written as well.
  ///
  /// - Parameter root: The directory that stands for `/`.
  init(liveFilesBelow root: String) { self.init(record: nil, .directory(root), nil) }

  /// Opens a record.
  ///
  /// - Parameter root: Its directory.
  /// - Throws: `SystemFailure` where there is no such directory, or its `answers` cannot be read.
  public init(recordedAt root: String) throws(SystemFailure) {
    guard let directory = opendir(root) else { throw SystemFailure("open", root, .errno(errno)) }
    closedir(directory)
    try self.init(.directory(root), .directory(root))
  }

  /// The same host, which notes what it is asked.
  package func noting(in journal: Journal) -> Host {
    var host = self
    host.journal = journal
    return host
  }

  /// Creates a record of files in memory.
  ///
  /// - Parameters:
  ///   - files: The bytes of each file, by its path without the leading slash.
  ///   - links: What each symbolic link leads to, by its path without the leading slash; nothing
  ///     is read through them.
  ///   - directories: The paths of more directories, which may be empty.
  public init(
    files: [String: [UInt8]], links: [String: String] = [:], directories: Set<String> = []
  ) {
    let tree = FileTree(files: files, links: links, directories: directories)
    let text = String(decoding: (try? tree.bytes(of: "answers")) ?? [], as: UTF8.self)
    self.init(record: .memory, .memory(tree), RecordedAnswers(text: text))
  }

  /// Creates a record of a dump's registers.
  ///
  /// - Parameters:
  ///   - dump: The dump.
  ///   - path: The file that it was read from.
  public init(_ dump: ConfigurationDump, path: String) {
    var files: [String: [UInt8]] = [:]
    for function in dump.functions {
      files["sys/bus/pci/devices/\(function.address)/config"] = function.image.bytes
    }
    self.init(
      record: .dump(path), .memory(FileTree(files: files)), RecordedAnswers(text: ""))
  }

  private init(_ record: Record, _ files: Files) throws(SystemFailure) {
    let unanswered = Host(record: record, files, RecordedAnswers(text: ""))
    switch unanswered.text("answers") {
    case .known(let text): self.init(record: record, files, RecordedAnswers(text: text))
    case .absent: self = unanswered
    case .failed(let failure): throw failure
    }
  }

  /// Whether a record has anything at the places where records have it; the live machine does.
  public var hasContents: Bool {
    ["sys", "proc", "cpuid", "answers"].contains { size($0).value != nil }
  }

  /// The numbers of lines in the file `answers` of a recording that are damaged and left out.
  public var damagedAnswerLines: [Int] { answers?.damagedLines ?? [] }

  /// Whether this is the machine that the program runs on, and not a record.
  public var isLive: Bool { record == nil }

  /// Whether a file that was not found is one that the machine has not: a record may only lack it.
  ///
  /// - Parameter path: The path with its leading slash.
  package func tells(of path: String) -> Bool {
    guard let answers else { return true }
    return answers.failure(of: .open(String(path.drop { $0 == "/" }))) != nil
  }

  /// Where a record's file is, for a reader.
  ///
  /// - Parameter path: The path with its leading slash.
  package func place(of path: String) -> String { (record?.prefix ?? "") + path }
}

extension Host.Record: CustomStringConvertible {
  /// The directory or the file; `memory` for files in memory.
  public var description: String {
    switch self {
    case .directory(let path), .dump(let path): path
    case .memory: "memory"
    }
  }

  /// Whether it is a dump of registers.
  package var isDump: Bool {
    guard case .dump = self else { return false }
    return true
  }

  /// What it is, for a reader.
  package var sentence: String {
    switch self {
    case .directory, .memory: description
    case .dump: "\(description) (a dump: registers, and nothing else)"
    }
  }

  /// What a path in the record begins with, for a reader.
  package var prefix: String {
    switch self {
    case .directory(let path): path
    case .dump(let path): path + ":"
    case .memory: ""
    }
  }
}
