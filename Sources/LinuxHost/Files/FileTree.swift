import Glibc

/// Files and symbolic links in memory, by path, with the directories that they are in.
package struct FileTree: Sendable {
  private enum Entry: Sendable {
    case file([UInt8])
    case link(String)
    case directory([String])
  }

  private var entries: [String: Entry] = [:]

  /// Creates a tree. Where a path leads through a file or a link, that is a directory instead.
  ///
  /// - Parameters:
  ///   - files: The bytes of each file, by its path; slashes at its ends count for nothing.
  ///   - links: What each symbolic link leads to, by its path.
  ///   - directories: The paths of more directories, which may be empty.
  init(
    files: [String: [UInt8]], links: [String: String] = [:], directories: Set<String> = []
  ) {
    var names: [String: Set<String>] = [:]
    func add(_ path: String, _ entry: Entry) {
      let slash = UInt8(ascii: "/")
      var rest = path.utf8.split(separator: slash).map { Substring($0) }.joined(separator: "/")[...]
      guard !rest.isEmpty else { return }
      entries[String(rest)] = entry
      while !rest.isEmpty {
        let end = rest.utf8.lastIndex(of: slash)
        let name = end.map { rest[rest.utf8.index(after: $0)...] } ?? rest
        rest = end.map { rest[..<$0] } ?? ""
        guard names[String(rest), default: []].insert(String(name)).inserted else { return }
      }
    }
    for (path, target) in links { add(path, .link(target)) }
    for (path, bytes) in files { add(path, .file(bytes)) }
    for path in directories { add(path, .directory([])) }
    for (path, names) in names { entries[path] = .directory(names.sorted()) }
  }

  /// The bytes of a file.
  ///
  /// - Parameter path: Without the leading slash.
  func bytes(of path: String) throws(SystemFailure) -> [UInt8] {
    switch entries[path] {
    case .file(let bytes): return bytes
    case .directory: throw SystemFailure("read", "/" + path, .errno(EISDIR))
    case .link, nil: throw SystemFailure("open", "/" + path, .errno(ENOENT))
    }
  }

  /// The size of a file in bytes; that of a directory tells nothing.
  ///
  /// - Parameter path: Without the leading slash.
  func size(of path: String) throws(SystemFailure) -> Int {
    if case .directory = entries[path] { return 0 }
    return try bytes(of: path).count
  }

  /// The names in a directory, sorted.
  ///
  /// - Parameter path: Without the leading slash.
  func names(in path: String) throws(SystemFailure) -> [String] {
    switch entries[path] {
    case .directory(let names): return names
    case .file: throw SystemFailure("open", "/" + path, .errno(ENOTDIR))
    case .link, nil: throw SystemFailure("open", "/" + path, .errno(ENOENT))
    }
  }

  /// What a symbolic link leads to.
  ///
  /// - Parameter path: Without the leading slash.
  func target(of path: String) throws(SystemFailure) -> String {
    switch entries[path] {
    case .link(let target): return target
    case .file, .directory: throw SystemFailure("readlink", "/" + path, .errno(EINVAL))
    case nil: throw SystemFailure("readlink", "/" + path, .errno(ENOENT))
    }
  }
}
