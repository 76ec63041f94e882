import LinuxHost
import PCIConfig

extension ConfigurationDump {
  /// More than any machine has: 65,536 functions of 4096 bytes are some 900 MB of text, and logs
  /// with a hundred functions less than 2.
  static let greatestByteCount = 64 << 20

  /// Reads a dump from a file, which may be a pipe.
  ///
  /// - Parameter path: The file; `-` is standard input.
  /// - Throws: ``ConfigurationDumpUnavailable``.
  public init(file path: String) throws(ConfigurationDumpUnavailable) {
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor(readingNamed: path).readToEnd(limit: Self.greatestByteCount)
    } catch {
      throw .failed(error)
    }
    do {
      self = try ConfigurationDump(parsing: bytes)
    } catch {
      throw .malformed(path: path, error)
    }
    guard !functions.isEmpty else { throw .noRegisters(path: path) }
  }

  /// What the text names and the dump has no registers of, a sentence each.
  public var omissions: [String] {
    functionsWithoutRegisters.map { "\($0): the dump has no registers of it" }
      + ignoredRegisters.map { "\($0)" }
  }
}

/// Why there is no dump to read.
public enum ConfigurationDumpUnavailable: Error, Equatable, Sendable {
  /// The system refused or failed.
  case failed(SystemFailure)
  /// The file is damaged.
  case malformed(path: String, ConfigurationDumpError)
  /// The file has no function's registers.
  case noRegisters(path: String)
}

extension ConfigurationDumpUnavailable: CustomStringConvertible {
  /// What was read and what was expected, in one line.
  public var description: String {
    switch self {
    case .failed(let failure): "\(failure): expected a file with what 'lspci -x' prints"
    case .malformed(let path, let error): "\(path), \(error)"
    case .noRegisters(let path):
      "\(path): no function's registers: expected what 'lspci -x', -xxx or -xxxx prints"
    }
  }
}
