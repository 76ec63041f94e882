import HostPCI

/// A ``MachineComparison`` as a document for programs.
public struct MachineComparisonDocument: Encodable, Sendable {
  /// Without `a` the first one has no such thing, without `b` the second one.
  struct Difference: Encodable {
    let kind: String
    let function: String?
    let register: String?
    let name: String?
    let a: String?
    let b: String?
  }

  let schema = "pcicfg.diff"
  let version = 1
  let a: String
  let b: String
  let differences: [Difference]
  let notCompared: [String]

  /// Makes the document.
  public init(_ comparison: MachineComparison) {
    a = comparison.names[0]
    b = comparison.names[1]
    differences = comparison.differences.map {
      Difference(
        kind: $0.kind.rawValue, function: $0.function?.description,
        register: $0.register?.description, name: $0.name, a: $0.first, b: $0.second)
    }
    notCompared = comparison.notCompared
  }
}
