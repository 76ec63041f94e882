/// Why there are no functions to list.
public enum InventoryUnavailable: Error, Equatable, Sendable {
  /// The kernel has no such directory.
  ///
  /// - `path`: The directory.
  /// - `record`: What stands for the machine; `nil` for the live one.
  case absent(path: String, record: Host.Record?)
  /// The directory has nothing in it, also not what the kernel has there without any function.
  ///
  /// - `path`: The directory.
  /// - `record`: What stands for the machine; `nil` for the live one.
  case empty(path: String, record: Host.Record?)
  /// The system refused or failed.
  case failed(SystemFailure)
  /// The mode that would find them cannot be had.
  case refused(AccessUnavailable)
}

extension InventoryUnavailable: CustomStringConvertible {
  /// What was tried and what would help, in one line.
  public var description: String {
    switch self {
    case .absent(let path, nil):
      "\(path) does not exist: the kernel has no PCI support, or /sys is not mounted"
    case .absent(let path, let record?):
      "\(record.prefix)\(path) does not exist: the record has no PCI functions"
    case .empty(let path, nil):
      "\(path) is empty: it is masked, in a container or a sandbox; run it outside of that"
    case .empty(let path, let record?):
      "\(record.prefix)\(path) is empty: the record has no PCI functions"
    case .failed(let failure): "\(failure)"
    case .refused(let unavailable): "the kernel lists no function; \(unavailable)"
    }
  }
}

extension InventoryUnavailable {
  /// The same as a fact: what is not there, or the refusal.
  func fact<Value>() -> Fact<Value> {
    switch self {
    case .absent(let path, _): .absent(path)
    // It was looked at because there is no directory in sysfs.
    case .empty, .refused: .absent("/sys/bus/pci/devices")
    case .failed(let failure): .failed(failure)
    }
  }
}
