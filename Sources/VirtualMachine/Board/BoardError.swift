import KVM

/// Why a machine cannot be made on this host.
public enum BoardError: Error, Equatable, Sendable {
  /// So many memory slots were wanted besides those of the machine; KVM has room for so many.
  case memorySlots(Int, limit: Int)
  /// KVM or the system refuses something.
  case system(KVMError)
}

extension BoardError: CustomStringConvertible {
  /// What was wanted and what there is, in one line.
  public var description: String {
    switch self {
    case .memorySlots(let wanted, let limit):
      "\(wanted) memory slots: KVM has room for \(limit) besides the machine's own"
    case .system(let error): "\(error)"
    }
  }
}
