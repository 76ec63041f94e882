/// What there is to run, and where it can run on this machine.
public struct Inventory: Equatable, Codable, Sendable {
  /// A suite.
  public struct Suite: Equatable, Codable, Sendable {
    /// Its name.
    public var name: String
    /// Whether it runs where none is named.
    public var isDefault: Bool
    /// The size of its image in bytes.
    public var size: Int
    /// Its checks, ordered by name.
    public var checks: [String]
  }

  /// A hypervisor.
  public struct Hypervisor: Equatable, Codable, Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var description: String
    /// The product behind it.
    public var product: String
    /// What it provides.
    public var provides: [String]
    /// Whether it can run here.
    public var isAvailable: Bool
    /// Why it cannot.
    public var obstacles: [Availability.Obstacle]
  }

  /// The name of the JSON document's format.
  public var schema = "pcicfg.guest-list"
  /// The version of the JSON document's format.
  public var version = 1
  /// The suites.
  public var suites: [Suite]
  /// The hypervisors.
  public var hypervisors: [Hypervisor]

  /// Takes stock.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - file: The hypervisors.
  ///   - kvmDevice: KVM's device file.
  public init(images: [GuestImage], file: HypervisorFile, kvmDevice: String = "/dev/kvm") {
    suites = images.map { image in
      Suite(
        name: image.suite, isDefault: !file.suitesOnRequest.contains(image.suite),
        size: image.bytes.count, checks: image.checks.map(\.text))
    }
    hypervisors = file.hypervisors.map { hypervisor in
      var obstacles: [Availability.Obstacle] = []
      if case .unavailable(let found) = Availability(of: hypervisor, device: kvmDevice) {
        obstacles = found
      }
      return Hypervisor(
        name: hypervisor.name, description: hypervisor.description, product: hypervisor.product,
        provides: hypervisor.provides, isAvailable: obstacles.isEmpty, obstacles: obstacles)
    }
  }

  /// The inventory as a JSON document that ends with a line feed.
  public var json: String { JSONText.text(self) }

  /// The inventory for people, in lines of at most `width` columns, but for names of suites and checks
  /// and for addresses of the web.
  public func text(width: Int = 80) -> String {
    var layout = TextLayout(width: width)
    layout.line("SUITES")
    for suite in suites {
      let remark = suite.isDefault ? "" : ", only where it is named"
      layout.line("\n\(suite.name): \(counted(suite.checks.count, "check"))\(remark)")
      for check in suite.checks { layout.line("  \(check)") }
    }
    layout.line("\nHYPERVISORS")
    let column = min((hypervisors.map(\.name.count).max() ?? 0) + 2, layout.width / 2)
    let lead = String(repeating: " ", count: column)
    for hypervisor in hypervisors {
      layout.line()
      if hypervisor.name.count + 2 > column {
        layout.paragraph(hypervisor.name)
        layout.paragraph(hypervisor.description, lead: lead)
      } else {
        let padding = lead.dropFirst(hypervisor.name.count)
        layout.paragraph(hypervisor.description, lead: hypervisor.name + padding)
      }
      if hypervisor.isAvailable { layout.line(lead + "can run here") }
      for obstacle in hypervisor.obstacles {
        layout.paragraph("cannot run here: \(obstacle.missing); \(obstacle.remedy)", lead: lead)
      }
    }
    return layout.text
  }
}
