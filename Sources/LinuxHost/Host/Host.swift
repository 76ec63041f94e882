import Glibc
import PCIConfig

/// The machine that is looked at: this one, or the record of one.
///
/// Everything that is learnt about a machine enters through this value. A recording is a directory:
///
/// | path | contents |
/// |---|---|
/// | `sys`, `proc`, `boot`, `lib` | files, directories and symbolic links of the machine, at the paths that they have there |
/// | `cpuid` | CPUID as `cpuid -r` prints it (``CPUIDRecord``); optional |
/// | `answers` | what the system refused or does not have, and the answers to requests that bypass its files, in a format with a version (``RecordedAnswers``); optional |
/// | `about` | text for a person, which is not read; optional |
///
/// A file that is missing from a recording is unknown, unless `answers` has an error for it.
///
/// The same files may be in memory, and a dump of registers is a recording that has no other files
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
  /// - Throws: ``RecordUnavailable`` where there is no such directory, or its `answers` cannot be
  ///   read or has an unknown version.
  public init(recordedAt root: String) throws(RecordUnavailable) {
    guard let directory = opendir(root) else {
      throw .failed(SystemFailure("open", root, .errno(errno)))
    }
    closedir(directory)
    let files = Files.directory(root)
    let text = Host(record: .directory(root), files, RecordedAnswers()).text("answers")
    if let failure = text.failure { throw .failed(failure) }
    self.init(record: .directory(root), files, try Self.answers(text.value ?? "", in: root))
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
  /// - Throws: ``RecordUnavailable`` where `answers` has an unknown version.
  public init(
    files: [String: [UInt8]], links: [String: String] = [:], directories: Set<String> = []
  ) throws(RecordUnavailable) {
    let tree = FileTree(files: files, links: links, directories: directories)
    let text = String(decoding: (try? tree.bytes(of: "answers")) ?? [], as: UTF8.self)
    self.init(record: .memory, .memory(tree), try Self.answers(text, in: "\(Record.memory)"))
  }

  /// Creates a record of files in memory, of which `answers` has been read.
  ///
  /// - Parameters:
  ///   - files: The bytes of each file, by its path without the leading slash.
  ///   - links: What each symbolic link leads to, by its path without the leading slash.
  ///   - directories: The paths of more directories, which may be empty.
  ///   - answers: The contents of `answers`.
  package init(
    files: [String: [UInt8]], links: [String: String], directories: Set<String>,
    answers: RecordedAnswers
  ) {
    let tree = FileTree(files: files, links: links, directories: directories)
    self.init(record: .memory, .memory(tree), answers)
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
    self.init(record: .dump(path), .memory(FileTree(files: files)), RecordedAnswers())
  }

  private static func answers(
    _ text: String, in root: String
  ) throws(RecordUnavailable) -> RecordedAnswers {
    do {
      return try RecordedAnswers(text: text)
    } catch {
      throw .unknownVersion(error.version, path: root)
    }
  }

  /// The damaged lines of the file `answers`, which are left out: for a reader, each with its number,
  /// for example `answers: line 3: damaged: left out`.
  public var damagedAnswers: [String] {
    (answers?.damagedLines ?? []).map { "answers: line \($0): damaged: left out" }
  }

  /// Whether a record has anything at the places where records have it; the live machine does.
  public var hasContents: Bool {
    ["sys", "proc", "cpuid", "answers"].contains { size($0).value != nil }
  }

  /// Whether this is the machine that the program runs on, and not a record.
  public var isLive: Bool { record == nil }

  /// Whether a file that was not found is one that the machine has not: a record may only lack it.
  ///
  /// - Parameter path: The path with its leading slash.
  package func tells(of path: String) -> Bool {
    guard let answers else { return true }
    return answers.failure(of: .open(String(path.dropFirst()))) != nil
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
