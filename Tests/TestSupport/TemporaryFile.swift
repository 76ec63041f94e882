import Foundation

/// A file that is removed with its owner.
package final class TemporaryFile {
  /// The file's path.
  package let path =
    FileManager.default.temporaryDirectory
    .appendingPathComponent("pcicfg-test-\(UUID().uuidString)").path

  /// Writes a new file.
  package init(_ bytes: some Sequence<UInt8>) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Writes a new text file.
  package convenience init(_ text: String) throws { try self.init(text.utf8) }

  deinit { unlink(path) }
}
