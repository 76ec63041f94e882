/// Why a function does not have a register that an expression names.
public enum RegisterLookupError: Error, Equatable, Sendable {
  /// The header cannot be read.
  case unreadable(HeaderError)
  /// A header of this layout does not have the register.
  case notInHeader(String, HeaderLayout)
  /// There are not so many capabilities with this ID.
  ///
  /// - `instance`: Which was asked for, counted from 0.
  /// - `found`: How many there are.
  case noCapability(String, instance: UInt32, found: Int, CapabilityListEnd)
  /// The registers do not lie below 4096.
  case outOfRange(Int)
}

extension RegisterLookupError: CustomStringConvertible {
  /// What was looked for and what was found, in one line.
  public var description: String {
    switch self {
    case .unreadable(let error): return "\(error)"
    case .notInHeader(let name, let layout): return "\(layout.title) has no \(name)"
    case .noCapability(let name, let instance, let found, let end):
      let name = found == 0 ? name : "\(name)@\(hexadecimal(instance, digits: 1))"
      let last = found == 0 ? nil : "the last one is @\(hexadecimal(found - 1, digits: 1))"
      return end == .endOfList || end == .noList
        ? "there is no \(name)" + (last.map { ": \($0)" } ?? "")
        : "\(name) was not found" + (last.map { " (\($0))" } ?? "")
          + ", and the list cannot be followed to its end: \(end)"
    case .outOfRange(let first):
      return
        "register 0x\(hexadecimal(first, digits: 2)): expected it to lie below 0x1000 as a whole"
    }
  }
}

extension HeaderLayout {
  /// The layout for a reader.
  fileprivate var title: String {
    switch self {
    case .device: "a device's header (type 0)"
    case .bridge: "a bridge's header (type 1)"
    case .cardBus: "a CardBus bridge's header (type 2)"
    case .undefined(let type): "a header of type \(type)"
    }
  }
}
