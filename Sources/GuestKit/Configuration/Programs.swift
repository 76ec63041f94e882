import Foundation

/// Where programs are.
public enum Programs {
  /// The path of the running program, links followed.
  public static var current: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  /// The folder that holds a file.
  static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// How looking for a program ended.
  enum Lookup: Equatable {
    case found(String)
    case notExecutable(String)
    case folder(String)
    case missing
  }

  /// Finds the program of a command.
  ///
  /// - Parameters:
  ///   - name: The command's first word. With a slash it is a path; without one it is sought
  ///     beside the running program, then in `searchPath`.
  ///   - program: The running program.
  ///   - searchPath: Folders separated by colons.
  static func find(
    _ name: String, program: String = current,
    searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  ) -> Lookup {
    if name.contains("/") { return lookup(name) }
    var rejected: Lookup = .missing
    for folder in [folder(of: program)] + searchPath.split(separator: ":").map({ String($0) }) {
      switch lookup("\(folder)/\(name)") {
      case .found(let path): return .found(path)
      case .notExecutable(let path): rejected = .notExecutable(path)
      case .folder, .missing: break
      }
    }
    return rejected
  }

  private static func lookup(_ path: String) -> Lookup {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return .missing
    }
    if isFolder.boolValue { return .folder(path) }
    return FileManager.default.isExecutableFile(atPath: path) ? .found(path) : .notExecutable(path)
  }
}
