import PCIConfig

/// Why a text is no ``SlotSelection`` or ``IDSelection``.
public enum SelectionError: Error, Equatable, Sendable {
  /// It does not have the form of lspci's `-s`.
  case slot
  /// It does not have the form of lspci's `-d`.
  case id
  /// A part of it is no number, or one out of range.
  ///
  /// - `expected`: What it may be, for a reader.
  case part(String, String, expected: String)
}

extension SelectionError: CustomStringConvertible {
  /// What was given, where that is a part, and what was expected, in one line.
  public var description: String {
    switch self {
    case .slot: "expected [[[[segment]:]bus]:][device][.[function]], hexadecimal"
    case .id: "expected [vendor]:[device][:class[:interface]], hexadecimal"
    case .part(let part, let text, let expected):
      "\(part) \(quoted(text)): expected \(expected)"
    }
  }
}
