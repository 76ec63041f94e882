import Foundation

/// A file that is removed with its owner.
package final class TemporaryFile {
  /// The file's path. It is short, so that it fits into the lines of reports.
  package let path: String

  /// Writes a new file.
  package init(_ bytes: some Sequence<UInt8>) throws {
    var name = Array("/tmp/pcicfg-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(bytes))
  }

  /// Writes a new text file.
  package convenience init(_ text: String) throws { try self.init(text.utf8) }

  deinit { unlink(path) }
}
