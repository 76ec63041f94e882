import PCIConfig

/// Why a directory is no recorded machine.
public enum RecordUnavailable: Error, Equatable, Sendable {
  /// It cannot be read.
  case failed(SystemFailure)
  /// It has nothing that a record has.
  case empty(path: String)
  /// Its file `answers` has a version that cannot be read; the version may be empty.
  case unknownVersion(String, path: String)
}

extension RecordUnavailable: CustomStringConvertible {
  /// What was named and what was expected, in one line.
  public var description: String {
    switch self {
    case .failed(let failure):
      "\(quoted(failure.subject)): \(failure.cause): expected the directory of a recorded machine"
    case .empty(let path):
      "\(path): has no sys/, proc/ or cpuid: expected the directory of a recorded machine"
    case .unknownVersion(let version, let path):
      "\(path)/answers: version \(quoted(version)): expected version "
        + "\(RecordedAnswers.version) or older (use a newer pcicfg)"
    }
  }
}

extension Host {
  /// Opens a record that a person named.
  ///
  /// - Parameter path: Its directory.
  /// - Throws: ``RecordUnavailable``, also where the directory has nothing of a record.
  public init(record path: String) throws(RecordUnavailable) {
    self = try Host(recordedAt: path)
    guard hasContents else { throw .empty(path: path) }
  }
}
