import Glibc
import Testing

/// A file of its own, which is removed with its owner.
final class TemporaryFile {
  let path: String

  init(_ bytes: [UInt8]) throws {
    var name = Array("/tmp/pcicfg-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    try #require(descriptor >= 0, "mkstemp: \(String(cString: strerror(errno)))")
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let written = write(descriptor, bytes, bytes.count)
    close(descriptor)
    try #require(written == bytes.count, "write: \(String(cString: strerror(errno)))")
  }

  deinit { unlink(path) }
}
