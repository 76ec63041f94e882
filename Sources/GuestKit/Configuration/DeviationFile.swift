import GuestProtocol

/// What `deviations.yml` says.
public struct DeviationFile: Equatable, Sendable {
  /// The deviations, in the file's order.
  public var deviations: [Deviation]

  /// A file without an entry.
  public static let empty = DeviationFile(deviations: [])

  private init(deviations: [Deviation]) { self.deviations = deviations }

  /// Reads the file's text.
  ///
  /// - Parameters:
  ///   - text: YAML; the format is documented in the header of `deviations.yml`.
  ///   - file: What messages call the file.
  ///   - checks: The checks of every image.
  ///   - hypervisors: The names of all hypervisors, or `nil` where the entries may speak of others.
  /// - Throws: `ConfigurationError` for anything that the format does not know, for an entry that
  ///   no check shows, and for one that speaks of no hypervisor.
  public init(
    text: String, file: String, checks: [CheckID], hypervisors: [String]?
  ) throws(ConfigurationError) {
    deviations = []
    let document = try YAMLValue(text: text, file: file)
    for value in try document.mapping(keys: ["deviations"]).required("deviations").sequence() {
      let deviation = try Deviation(value, file: file)
      guard checks.contains(where: { deviation.check.matches($0.text) }) else {
        throw value.error("check \(deviation.check): no image has such a check")
      }
      if let hypervisors,
        let unknown = deviation.hypervisors.first(where: {
          !hypervisors.contains(where: $0.matches)
        })
      {
        throw value.error("on \(unknown): there is no such hypervisor")
      }
      deviations.append(deviation)
    }
  }
}

extension Deviation {
  private static let keys = ["check", "on", "product", "versions", "saw", "why", "reference"]

  fileprivate init(_ value: YAMLValue, file: String) throws(ConfigurationError) {
    let values = try value.mapping(keys: Self.keys)
    let names = try values.required("on").strings()
    guard !names.isEmpty else { throw value.error("on: expected at least one hypervisor") }
    let product = try values["product"]?.string()
    var range: VersionRange?
    if let versions = values["versions"] {
      guard product != nil else { throw versions.error("versions: expected a product beside it") }
      let text = try versions.string()
      range = VersionRange(text)
      guard range != nil else {
        throw versions.error("versions \(text): expected conditions such as >=7.2 <9")
      }
    }
    self.init(
      check: Glob(try values.required("check").string()), hypervisors: names.map { Glob($0) },
      product: product, versions: range, saw: try values.required("saw").string(),
      why: try values.required("why").string(),
      reference: try values.required("reference").string(),
      source: "\(file):\(value.node.mark?.line ?? 0)")
  }
}
