/// Versions that meet every one of some conditions, such as `>=7.2 <9`.
public struct VersionRange: Equatable, Sendable {
  private enum Relation: String, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="
  }

  private struct Condition: Equatable {
    let relation: Relation
    let version: ProductVersion
  }

  /// The conditions as they were written.
  public let text: String
  private let conditions: [Condition]

  /// Creates a range.
  ///
  /// - Parameter text: Conditions separated by blanks, each one of `>= <= > < =` and a version
  ///   without a blank between them.
  /// - Returns: `nil` where it has another form.
  public init?(_ text: String) {
    var conditions: [Condition] = []
    for word in text.split(separator: " ") {
      guard let relation = Relation.allCases.first(where: { word.hasPrefix($0.rawValue) }),
        let version = ProductVersion(word.dropFirst(relation.rawValue.count))
      else { return nil }
      conditions.append(Condition(relation: relation, version: version))
    }
    guard !conditions.isEmpty else { return nil }
    self.text = text
    self.conditions = conditions
  }

  /// Whether a version meets every condition.
  public func contains(_ version: ProductVersion) -> Bool {
    conditions.allSatisfy { condition in
      switch condition.relation {
      case .atLeast: version >= condition.version
      case .atMost: version <= condition.version
      case .above: version > condition.version
      case .below: version < condition.version
      case .equal: version == condition.version
      }
    }
  }
}

extension VersionRange: CustomStringConvertible {
  /// The conditions as they were written.
  public var description: String { text }
}
