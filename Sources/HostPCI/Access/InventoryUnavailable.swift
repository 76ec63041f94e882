import LinuxHost

/// Why there are no functions to list.
public enum InventoryUnavailable: Error, Equatable, Sendable {
  /// The kernel lists none.
  case noList(FunctionListUnavailable)
  /// The mode that would find them cannot be had.
  case refused(AccessUnavailable)
}

extension InventoryUnavailable: CustomStringConvertible {
  /// What was tried and what would help, in one line.
  public var description: String {
    switch self {
    case .noList(let unavailable): "\(unavailable)"
    case .refused(let unavailable): "the kernel lists no function; \(unavailable)"
    }
  }
}
