import Foundation

/// A directory that is removed with its owner.
package final class TemporaryDirectory {
  /// The path, with no slash at its end.
  package let path: String

  /// Creates an empty directory.
  package init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("pcicfg-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Returns the path of a file in the directory.
  package func path(of name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, and creates the folders that lead to it.
  ///
  /// - Returns: The file's path.
  @discardableResult
  package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let url = URL(fileURLWithPath: path(of: name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Writes a text file, and creates the folders that lead to it.
  ///
  /// - Returns: The file's path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    try write(name, text.utf8)
  }

  /// Writes a shell script that can be run.
  ///
  /// - Returns: The script's path.
  @discardableResult
  package func writeScript(_ name: String, _ text: String) throws -> String {
    let path = try write(name, "#!/bin/sh\n\(text)\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  /// The names in the directory, sorted.
  package var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}
