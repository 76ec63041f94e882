import Glibc
import LinuxHost
import PCIConfig

/// Why a record was not written.
public enum SnapshotFailure: Error, Equatable, Sendable {
  /// Something is there that is no empty directory.
  case inTheWay(String)
  /// The program was started in this directory, which would be replaced.
  case isCurrentDirectory(String)
  /// The system refused or failed.
  case failed(SystemFailure)
}

extension SnapshotFailure: CustomStringConvertible {
  /// What is in the way and what was expected, in one line.
  public var description: String {
    switch self {
    case .inTheWay(let path):
      "\(path) is there already: expected a directory that does not exist or is empty"
    case .isCurrentDirectory(let path):
      "\(path) is the current directory: expected another one"
    case .failed(let failure): "\(failure): nothing was written"
    }
  }
}

extension Snapshot {
  /// Writes the record: all of it, or nothing.
  ///
  /// It is written beside the directory, which it then takes the place of. Signals that end a
  /// program wait meanwhile. Only the user may read it: registers and tables are for root.
  ///
  /// - Parameter directory: A directory that does not exist or is empty.
  /// - Throws: ``SnapshotFailure``.
  public func save(to directory: String) throws(SnapshotFailure) {
    let path = try Self.destination(directory)
    var signals = sigset_t()
    var former = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, &former)
    defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
    var tree = WrittenTree(root: "\(path).partial-\(getpid())")
    guard tree.create() else { throw .failed(SystemFailure("mkdir", path, .errno(errno))) }
    do throws(SystemFailure) {
      try write(to: &tree)
      guard rename(tree.root, path) == 0 else {
        throw SystemFailure("rename", path, .errno(errno))
      }
    } catch {
      tree.remove()
      throw .failed(error)
    }
  }

  private func write(to tree: inout WrittenTree) throws(SystemFailure) {
    for directory in directories.sorted() { try tree.makeDirectory(directory) }
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) { try tree.write(bytes, to: path) }
    for (path, target) in links.sorted(by: { $0.key < $1.key }) {
      try tree.makeLink(path, to: target)
    }
    try tree.write(Array(about.utf8), to: "about")
  }

  /// What the record is, for who finds it.
  private var about: String {
    var text = """
      A record of a machine's access to PCI configuration space.
      Made by pcicfg \(PCIConfigVersion.current) on \(Self.now).

      sys, proc, …  files of the machine, as far as pcicfg looks at them
      cpuid         what the processor said, as 'cpuid -r' prints it
      answers       what the system refused, and the answers to requests that
                    bypass its files (format version 2)

      pcicfg COMMAND --root DIR looks at it, pcicfg diff DIR live compares it.

      """
    if !omissions.isEmpty {
      text += "\nLeft out:\n" + omissions.map { "- \($0)\n" }.joined()
    }
    return text
  }

  /// The time in UTC, so that it tells no place.
  private static var now: String {
    var seconds = time(nil)
    var fields = tm()
    gmtime_r(&seconds, &fields)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(fields.tm_year + 1900)-\(two(fields.tm_mon + 1))-\(two(fields.tm_mday)) "
      + "\(two(fields.tm_hour)):\(two(fields.tm_min)) UTC"
  }

  private static func destination(_ directory: String) throws(SnapshotFailure) -> String {
    var path = directory
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .failed(SystemFailure("stat", path, .errno(errno))) }
      guard lstat(path, &status) != 0 else { throw .inTheWay(directory) }
      return path
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .inTheWay(directory) }
    guard let stream = opendir(path) else {
      throw .failed(SystemFailure("open", path, .errno(errno)))
    }
    defer { closedir(stream) }
    var count = 0
    while readdir(stream) != nil { count += 1 }
    guard count <= 2 else { throw .inTheWay(directory) }
    var current = stat()
    guard
      stat(".", &current) != 0 || current.st_ino != status.st_ino
        || current.st_dev != status.st_dev
    else { throw .isCurrentDirectory(directory) }
    guard let resolved = realpath(path, nil) else {
      throw .failed(SystemFailure("stat", path, .errno(errno)))
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// A tree of files as it is being written.
private struct WrittenTree {
  let root: String
  /// What was made, each behind the directory that it is in.
  private var made: [(path: String, isDirectory: Bool)] = []
  private var directories: Set<String> = []

  init(root: String) { self.root = root }

  /// Makes the directory; `false` where the system refused, which `errno` tells.
  mutating func create() -> Bool {
    guard mkdir(root, 0o700) == 0 else { return false }
    made.append((root, true))
    return true
  }

  mutating func makeDirectory(_ path: String) throws(SystemFailure) {
    guard !path.isEmpty, directories.insert(path).inserted else { return }
    if let slash = path.lastIndex(of: "/") { try makeDirectory(String(path[..<slash])) }
    let place = "\(root)/\(path)"
    guard mkdir(place, 0o700) == 0 else { throw SystemFailure("mkdir", place, .errno(errno)) }
    made.append((place, true))
  }

  mutating func write(_ bytes: [UInt8], to path: String) throws(SystemFailure) {
    let place = try place(of: path)
    let file = try FileDescriptor(creating: place)
    made.append((place, false))
    try file.writeAll(bytes)
  }

  mutating func makeLink(_ path: String, to target: String) throws(SystemFailure) {
    let place = try place(of: path)
    guard symlink(target, place) == 0 else {
      throw SystemFailure("symlink", place, .errno(errno))
    }
    made.append((place, false))
  }

  private mutating func place(of path: String) throws(SystemFailure) -> String {
    if let slash = path.lastIndex(of: "/") { try makeDirectory(String(path[..<slash])) }
    return "\(root)/\(path)"
  }

  /// Removes all that was made.
  func remove() {
    for (path, isDirectory) in made.reversed() { _ = isDirectory ? rmdir(path) : unlink(path) }
  }
}
