import Glibc
import Testing

/// A terminal in the mode in which terminals start, and the other end of it, which reads.
final class PseudoTerminal {
  /// The terminal's path.
  let path: String
  private let reader: Int32
  /// Keeps the terminal from being hung up.
  private let terminal: Int32

  init() throws {
    var ends: (reader: Int32, terminal: Int32) = (-1, -1)
    try #require(
      openpty(&ends.reader, &ends.terminal, nil, nil, nil) == 0,
      "openpty: \(String(cString: strerror(errno)))")
    (reader, terminal) = ends
    for end in [reader, terminal] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reader, F_SETFL, O_RDWR | O_NONBLOCK)
    var name = [CChar](repeating: 0, count: Int(PATH_MAX))
    let failure = ttyname_r(terminal, &name, name.count)
    path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    try #require(failure == 0, "ttyname_r: \(String(cString: strerror(failure)))")
  }

  deinit {
    close(terminal)
    close(reader)
  }

  /// Whether nobody can write more before somebody reads.
  var isFull: Bool {
    var request = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, 0) == 0
  }

  /// Waits until nobody can write more before somebody reads.
  func becomesFull() async throws {
    while !isFull { try await Task.sleep(for: .milliseconds(10)) }
  }

  /// Reads what has been written, once there are so many bytes of it.
  func text(ofAtLeast count: Int) async throws -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < count {
      let taken = read(reader, &buffer, buffer.count)
      if taken > 0 {
        bytes += buffer.prefix(taken)
      } else {
        try await Task.sleep(for: .milliseconds(1))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
