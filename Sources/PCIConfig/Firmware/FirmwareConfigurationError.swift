/// Why the firmware configuration device cannot be used.
public enum FirmwareConfigurationError: Error, Equatable, Sendable {
  /// Another signature than `QEMU`, little-endian: all ones where there is no such device.
  case signature(UInt32)
  /// A directory of more files than are looked at.
  case fileCount(UInt32, limit: UInt32)
  /// A file that is larger than the memory it is to be read into.
  case noRoom(size: UInt32, room: UInt64)
  /// A transfer of an item that the device ended with the error bit.
  case transferFailed(key: UInt16, control: UInt32)
  /// A transfer of an item that the device does not end.
  case transferUnfinished(key: UInt16, control: UInt32)
}

extension FirmwareConfigurationError: CustomStringConvertible {
  /// What was found and what was expected, in one line.
  public var description: String {
    switch self {
    case .signature(let signature):
      "fw_cfg signature \(hex(signature)): expected 0x554d4551"
    case .fileCount(let count, let limit):
      "fw_cfg directory of \(count) files: expected \(limit) at most"
    case .noRoom(let size, let room):
      "fw_cfg file of \(size) bytes: expected \(room) at most"
    case .transferFailed(let key, let control):
      "fw_cfg item \(hex(key)): the transfer ended with control \(hex(control)), expected 0"
    case .transferUnfinished(let key, let control):
      "fw_cfg item \(hex(key)): the transfer does not end, control stays \(hex(control))"
    }
  }

  private func hex(_ value: some BinaryInteger) -> String { "0x" + hexadecimal(value, digits: 1) }
}
