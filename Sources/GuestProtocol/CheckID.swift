/// The name of a check: `suite.subject.aspect`, each of lower-case letters, digits and hyphens.
public struct CheckID: Hashable, Sendable {
  /// The whole name.
  public let text: String

  /// Creates a name.
  ///
  /// - Parameter text: The name, at most ``maximumLength`` bytes.
  /// - Returns: `nil` where it does not have the form.
  public init?(_ text: some StringProtocol) {
    guard Self.isValid(text.utf8) else { return nil }
    self.text = String(text)
  }

  /// The part before the first dot.
  public var suite: Substring { text.prefix { $0 != "." } }

  /// The longest name, in bytes.
  public static let maximumLength = 80

  /// Whether bytes have the form of a name.
  public static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.count <= maximumLength else { return false }
    var parts = 1
    var partIsEmpty = true
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        partIsEmpty = false
      case UInt8(ascii: "-") where !partIsEmpty: break
      case UInt8(ascii: ".") where !partIsEmpty:
        parts += 1
        partIsEmpty = true
      default: return false
      }
    }
    return parts == 3 && !partIsEmpty
  }
}

extension CheckID: Comparable {
  /// Orders by text.
  public static func < (left: CheckID, right: CheckID) -> Bool { left.text < right.text }
}

extension CheckID: CustomStringConvertible {
  /// The whole name.
  public var description: String { text }
}
