import Glibc

/// An open file, closed when the value ends.
package struct FileDescriptor: ~Copyable {
  let number: Int32
  let name: String

  /// Opens a file for reading.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: What a failure calls it; `path` where it is `nil`.
  ///   - flags: More flags of `open(2)`, beside `O_RDONLY` and `O_CLOEXEC`.
  package init(reading path: String, as name: String? = nil, flags: Int32 = 0) throws(SystemFailure)
  {
    var result: Int32
    repeat { result = open(path, O_RDONLY | O_CLOEXEC | flags) } while result < 0 && errno == EINTR
    guard result >= 0 else { throw SystemFailure("open", name ?? path, .errno(errno)) }
    number = result
    self.name = name ?? path
  }

  /// Opens a file that somebody named for reading, which may be a pipe.
  ///
  /// - Parameter path: The file; `-` is standard input.
  package init(readingNamed path: String) throws(SystemFailure) {
    guard path == "-" else {
      try self.init(reading: path)
      return
    }
    let name = "standard input"
    let result = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
    guard result >= 0 else { throw SystemFailure("read", name, .errno(errno)) }
    self.init(result, name)
  }

  private init(_ number: Int32, _ name: String) {
    self.number = number
    self.name = name
  }

  /// Opens a file that exists for writing.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: What a failure calls it.
  init(writing path: String, as name: String) throws(SystemFailure) {
    var result: Int32
    repeat { result = open(path, O_WRONLY | O_CLOEXEC) } while result < 0 && errno == EINTR
    guard result >= 0 else { throw SystemFailure("open", name, .errno(errno)) }
    number = result
    self.name = name
  }

  /// Opens a file that exists for reading and writing.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - flags: More flags of `open(2)`, beside `O_RDWR` and `O_CLOEXEC`.
  init(updating path: String, flags: Int32) throws(SystemFailure) {
    var result: Int32
    repeat { result = open(path, O_RDWR | O_CLOEXEC | flags) } while result < 0 && errno == EINTR
    guard result >= 0 else { throw SystemFailure("open", path, .errno(errno)) }
    number = result
    name = path
  }

  /// Creates a file for writing, which nobody else may read.
  ///
  /// - Parameter path: The file, which does not exist.
  package init(creating path: String) throws(SystemFailure) {
    var result: Int32
    repeat {
      result = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    } while result < 0 && errno == EINTR
    guard result >= 0 else { throw SystemFailure("open", path, .errno(errno)) }
    number = result
    name = path
  }

  deinit { _ = close(number) }

  /// More than that some files of procfs refuse to give at once.
  private static let greatestReadCount = 1 << 20

  /// Refuses everything but a regular file.
  func requireRegularFile() throws(SystemFailure) {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw SystemFailure("stat", name, .errno(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw SystemFailure("read", name, .errno(EISDIR))
    default: throw SystemFailure("open", name, .irregularFile)
    }
  }

  /// The bytes from an offset on: fewer than `count` only where the file ends before.
  package func read(at offset: Int = 0, count: Int) throws(SystemFailure) -> [UInt8] {
    var failure: SystemFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let result = pread(
          number, buffer.baseAddress?.advanced(by: filled),
          min(count - filled, Self.greatestReadCount), off_t(offset + filled))
        if result < 0 && errno == EINTR { continue }
        if result < 0 { failure = SystemFailure("read", name, .errno(errno)) }
        guard result > 0 else { return }
        filled += result
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes bytes with one call, since a register is written whole or not at all.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - offset: Where to begin.
  func write(_ bytes: [UInt8], at offset: Int) throws(SystemFailure) {
    while true {
      let result = pwrite(number, bytes, bytes.count, off_t(offset))
      if result == bytes.count { return }
      guard result < 0 else { throw SystemFailure("write", name, .endOfFile) }
      guard errno == EINTR else { throw SystemFailure("write", name, .errno(errno)) }
    }
  }

  /// Writes bytes from the current position on.
  package func writeAll(_ bytes: [UInt8]) throws(SystemFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let result = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if result < 0 && errno == EINTR { continue }
      guard result >= 0 else { throw SystemFailure("write", name, .errno(errno)) }
      rest = rest.dropFirst(result)
    }
  }

  /// All bytes from the current position on, also of a pipe.
  ///
  /// - Parameter limit: The greatest number of bytes; more is `EFBIG`.
  package func readToEnd(limit: Int) throws(SystemFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 32 << 10)
    while bytes.count <= limit {
      let result = Glibc.read(number, &chunk, chunk.count)
      if result < 0 && errno == EINTR { continue }
      guard result >= 0 else { throw SystemFailure("read", name, .errno(errno)) }
      guard result > 0 else { return bytes }
      bytes += chunk.prefix(result)
    }
    throw SystemFailure("read", name, .errno(EFBIG))
  }
}
