import Foundation

extension Report {
  private enum Key: String, CodingKey {
    case schema, version, toolVersion, started, seconds, good, totals, hypervisors, runs
    case repeatOptions
  }

  /// Writes what is stored and, for readers' convenience, `good` and `totals`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(version, forKey: .version)
    try container.encode(toolVersion, forKey: .toolVersion)
    try container.encode(started, forKey: .started)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(isGood, forKey: .good)
    let totals = totals
    try container.encode(
      Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.rawValue, totals[$0] ?? 0) }),
      forKey: .totals)
    try container.encode(hypervisors, forKey: .hypervisors)
    try container.encode(runs, forKey: .runs)
    try container.encode(repeatOptions, forKey: .repeatOptions)
  }

  /// Reads a report; `good` and `totals` are computed again.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let schema = try container.decode(String.self, forKey: .schema)
    let version = try container.decode(Int.self, forKey: .version)
    guard schema == "pcicfg.guest-report", version == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: container,
        debugDescription:
          "schema \(schema) version \(version): expected pcicfg.guest-report version 1")
    }
    self.init(
      toolVersion: try container.decode(String.self, forKey: .toolVersion),
      started: try container.decode(String.self, forKey: .started),
      seconds: try container.decode(Double.self, forKey: .seconds),
      hypervisors: try container.decode([Hypervisor].self, forKey: .hypervisors),
      runs: try container.decode([Run].self, forKey: .runs),
      repeatOptions: try container.decode([String].self, forKey: .repeatOptions))
  }

  /// The report as a JSON document that ends with a line feed.
  public var json: String { JSONText.text(self) }
}

/// JSON documents as all tools print them.
enum JSONText {
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a value of this module has no JSON form: \(error)")
    }
  }
}
