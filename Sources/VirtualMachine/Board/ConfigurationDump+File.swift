import Glibc
import KVM
import PCIConfig

/// The functions of a machine from a file.
extension ConfigurationDump {
  /// More than any machine has: 65,536 functions of 4096 bytes are some 900 MB of text, and logs
  /// with a hundred functions less than 2.
  private static let greatestByteCount = 64 << 20

  /// Reads a dump from a file, which may be a pipe.
  ///
  /// - Parameter path: The file.
  /// - Throws: A ``DumpFileError`` where it cannot be read, or a machine can have nothing of it.
  public init(path: String) throws(DumpFileError) {
    let bytes: [UInt8]
    do {
      bytes = try Self.bytes(of: path)
    } catch {
      throw .system(error)
    }
    do {
      try self.init(parsing: bytes)
    } catch {
      throw .malformed(path: path, error)
    }
    guard !functions.isEmpty else { throw .noRegisters(path: path) }
    guard functions.contains(where: { $0.address.segment == 0 }) else {
      throw .otherSegments(path: path)
    }
  }

  /// What a machine has not of this dump, a line each.
  public var omissions: [String] {
    let count = functions.count { $0.address.segment != 0 }
    return [
      (count, "not in segment 0, the only one that guests reach"),
      (functionsWithoutRegisters.count, "named without registers"),
    ].compactMap { count, reason in
      count == 0 ? nil : "\(count) function\(count == 1 ? "" : "s") left out: \(reason)"
    } + ignoredRegisters.map { "\($0)" }
  }

  private static func bytes(of path: String) throws(KVMError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw KVMError(call: "open", argument: path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 32 << 10)
    while bytes.count <= greatestByteCount {
      let count = read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw KVMError(call: "read", argument: path, errno: errno) }
      guard count > 0 else { return bytes }
      bytes += piece.prefix(count)
    }
    throw KVMError(call: "read", argument: path, errno: EFBIG)
  }
}

/// Why a machine can have nothing of a file with a dump.
public enum DumpFileError: Error, Equatable, Sendable {
  /// The file is damaged.
  case malformed(path: String, ConfigurationDumpError)
  /// It has no function's registers.
  case noRegisters(path: String)
  /// It has none in segment 0.
  case otherSegments(path: String)
  /// It cannot be read.
  case system(KVMError)
}

extension DumpFileError: CustomStringConvertible {
  /// What was read and what was expected, in one line.
  public var description: String {
    switch self {
    case .malformed(let path, let error): "\(path), \(error)"
    case .noRegisters(let path):
      "\(path): no function's registers: expected what 'lspci -x', -xxx or -xxxx prints"
    case .otherSegments(let path):
      "\(path): no function in segment 0, the only one that guests reach"
    case .system(let error): "\(error)"
    }
  }
}
