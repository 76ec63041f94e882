/// Why the table loader's script cannot be executed. Commands are counted from 0.
public enum ACPITableLoaderError: Error, Equatable, Sendable {
  /// The device that gives script and files failed.
  case firmwareConfiguration(FirmwareConfigurationError)
  /// The device has no script, `etc/table-loader`.
  case noScript
  /// A script of so many bytes, which is no whole number of commands.
  case scriptSize(UInt32)
  /// A file that the device does not have.
  case noFile(command: UInt32)
  /// A file that is allocated a second time.
  case secondAllocation(command: UInt32)
  /// More files than are kept count of.
  case fileCount(command: UInt32, limit: Int)
  /// An alignment that is not a power of two.
  case alignment(command: UInt32, UInt32)
  /// A file that no command before has allocated.
  case notAllocated(command: UInt32)
  /// A pointer of another size than 1, 2, 4 or 8 bytes.
  case pointerSize(command: UInt32, UInt32)
  /// Bytes that are not all in the file.
  case outOfFile(command: UInt32, offset: UInt32, count: UInt32)
  /// A pointer to an offset behind the end of the file that it points into.
  case pointerTarget(command: UInt32, offset: UInt64)
  /// An address that does not fit into the pointer.
  case pointerOverflow(command: UInt32, UInt64)
  /// Checksums over many times more bytes than there are.
  case endlessChecksums(command: UInt32)
  /// A script that does not allocate the root pointer.
  case noRootPointer
}

extension ACPITableLoaderError: CustomStringConvertible {
  /// What was found and what was expected, in one line.
  public var description: String {
    switch self {
    case .firmwareConfiguration(let error): error.description
    case .noScript: "fw_cfg: no file etc/table-loader"
    case .scriptSize(let size):
      "ACPI table loader: a script of \(size) bytes: expected a multiple of 128"
    case .noFile(let command): at(command) + "expected a file that the device has"
    case .secondAllocation(let command):
      at(command) + "expected one allocation of each file"
    case .fileCount(let command, let limit): at(command) + "expected \(limit) files at most"
    case .alignment(let command, let alignment):
      at(command) + "alignment \(alignment): expected a power of two"
    case .notAllocated(let command):
      at(command) + "expected a file that was allocated before"
    case .pointerSize(let command, let size):
      at(command) + "a pointer of \(size) bytes: expected 1, 2, 4 or 8"
    case .outOfFile(let command, let offset, let count):
      at(command) + "\(count) bytes at \(offset): expected them in the file"
    case .pointerTarget(let command, let offset):
      at(command) + "a pointer to offset \(offset): expected one in the file"
    case .pointerOverflow(let command, let address):
      at(command)
        + "address 0x\(hexadecimal(address, digits: 1)): expected one that fits into the pointer"
    case .endlessChecksums(let command):
      at(command) + "checksums over many times more bytes than there are"
    case .noRootPointer: "ACPI table loader: the script allocates no etc/acpi/rsdp"
    }
  }

  private func at(_ command: UInt32) -> String { "ACPI table loader, command \(command): " }
}
