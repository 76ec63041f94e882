import GuestProtocol

/// Which checks of which suites, and which hypervisors, a person asks for.
public struct Selection: Equatable, Sendable {
  /// Why a selection cannot be made.
  public enum Failure: Error, Equatable, Sendable {
    /// No check matches, and which names are near.
    case noCheck(String, near: [String])
    /// No hypervisor matches, and which names are near.
    case noHypervisor(String, near: [String])
  }

  /// A part of a suite.
  public struct Part: Equatable, Sendable {
    /// The suite's image.
    public var image: GuestImage
    /// The selected checks, ordered by name.
    public var checks: [CheckID]
    /// What to tell the guest; none where all its checks are selected.
    public var patterns: [Glob]
  }

  /// The parts, in the order of the images.
  public var parts: [Part]
  /// The hypervisors, in the order of their file.
  public var hypervisors: [HypervisorConfiguration]

  /// Makes a selection.
  ///
  /// - Parameters:
  ///   - patterns: Globs for suites, checks, or the first parts of checks' names; none stands for
  ///     every suite but those that run on request only.
  ///   - hypervisorPatterns: Globs for hypervisors; none stands for all.
  ///   - images: The images.
  ///   - file: The hypervisors.
  /// - Throws: `Failure` where a pattern matches nothing.
  public init(
    patterns: [String], hypervisorPatterns: [String], images: [GuestImage], file: HypervisorFile
  ) throws(Failure) {
    for pattern in patterns where !images.contains(where: { Self.matches(pattern, $0) }) {
      let names = images.flatMap { [$0.suite] + $0.checks.map(\.text) }
      throw .noCheck(pattern, near: Spelling.near(pattern, among: names))
    }
    let names = file.hypervisors.map(\.name)
    for pattern in hypervisorPatterns where !names.contains(where: Glob(pattern).matches) {
      throw .noHypervisor(pattern, near: Spelling.near(pattern, among: names))
    }
    hypervisors = file.hypervisors.filter { hypervisor in
      hypervisorPatterns.isEmpty
        || hypervisorPatterns.contains { Glob($0).matches(hypervisor.name) }
    }
    parts = []
    for image in images {
      if patterns.isEmpty {
        guard !file.suitesOnRequest.contains(image.suite) else { continue }
        parts.append(Part(image: image, checks: image.checks, patterns: []))
      } else if patterns.contains(where: {
        Self.matchesWhole($0, image, onRequest: file.suitesOnRequest)
      }) {
        parts.append(Part(image: image, checks: image.checks, patterns: []))
      } else {
        let globs = patterns.filter { Self.matches($0, image) }.flatMap { Self.globs($0) }
        let checks = image.checks.filter { check in globs.contains { $0.matches(check.text) } }
        // A bare `*` does not ask for what runs on request only.
        guard !checks.isEmpty,
          !file.suitesOnRequest.contains(image.suite)
            || patterns.contains(where: { $0.hasPrefix("\(image.suite).") })
        else { continue }
        let used = globs.filter { glob in checks.contains { glob.matches($0.text) } }
        parts.append(
          Part(image: image, checks: checks, patterns: checks == image.checks ? [] : used))
      }
    }
  }

  private static func matchesWhole(
    _ pattern: String, _ image: GuestImage, onRequest: Set<String>
  ) -> Bool {
    onRequest.contains(image.suite)
      ? pattern == image.suite : Glob(pattern).matches(image.suite)
  }

  private static func matches(_ pattern: String, _ image: GuestImage) -> Bool {
    Glob(pattern).matches(image.suite)
      || globs(pattern).contains { glob in image.checks.contains { glob.matches($0.text) } }
  }

  /// A check's name, or its first parts.
  private static func globs(_ pattern: String) -> [Glob] {
    [Glob(pattern), Glob(pattern + ".*")]
  }
}

extension Selection.Failure: CustomStringConvertible {
  /// What was not found and what is near, in one line.
  public var description: String {
    switch self {
    case .noCheck(let pattern, let near): "no suite or check matches \(pattern)" + Self.hint(near)
    case .noHypervisor(let pattern, let near):
      "no hypervisor matches \(pattern)" + Self.hint(near)
    }
  }

  private static func hint(_ near: [String]) -> String {
    near.isEmpty ? "; guestctl list shows all" : "; did you mean \(near.joined(separator: " or "))?"
  }
}
