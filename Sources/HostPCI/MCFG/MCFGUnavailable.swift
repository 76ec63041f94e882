import Glibc
import LinuxHost
import PCIConfig

/// Why there is no MCFG table to read.
public enum MCFGUnavailable: Error, Equatable, Sendable {
  /// The machine has no such file.
  ///
  /// - `path`: The file.
  /// - `record`: What stands for the machine; `nil` for the live one.
  /// - `otherTables`: Whether the machine shows other ACPI tables.
  case absent(path: String, record: Host.Record?, otherTables: Bool)
  /// The file has no byte.
  case empty(path: String)
  /// The system refused or failed.
  ///
  /// - `isOwn`: Whether the table was that of the machine, live or recorded.
  case failed(SystemFailure, isOwn: Bool)
}

extension MCFGUnavailable: CustomStringConvertible {
  /// What was tried, what the system answered and what would help, in one line.
  public var description: String {
    switch self {
    case .absent(_, .dump(let file)?, _):
      "\(file): a dump has no MCFG table: look at a record (--root), or name a file with the table: "
        + "pcicfg mcfg FILE"
    case .absent(let path, let record?, _):
      "\(record.prefix)\(path) does not exist: the record has no MCFG table; "
        + "copy it there from its machine, as root"
    case .absent(let path, nil, true):
      "\(path) does not exist: the firmware has other ACPI tables but not this one, which would "
        + "list ECAM regions; for another machine's, name a file: pcicfg mcfg FILE"
    case .absent(let path, nil, false):
      "\(path) does not exist: no ACPI table is to be seen, as in a container or on a machine "
        + "without ACPI; look outside it, or name a file: pcicfg mcfg FILE"
    case .empty(let path):
      "\(path) is empty: expected the bytes of an MCFG table"
    case .failed(let failure, true) where failure.isErrno(EACCES) || failure.isErrno(EPERM):
      "\(failure): only root may read it: sudo pcicfg mcfg"
    case .failed(let failure, _) where failure.isErrno(EFBIG):
      "\(failure): expected an MCFG table, at most \(Host.greatestTableByteCount) bytes"
    case .failed(let failure, _):
      "\(failure): expected a file with the bytes of an MCFG table"
    }
  }
}
