import GuestProtocol
import PCIConfig
import Spelling

/// Which checks of which suites, and which hypervisors, a person asks for.
public struct Selection: Equatable, Sendable {
  /// Why a selection cannot be made.
  public enum Failure: Error, Equatable, Sendable {
    /// No check matches, and which names are near.
    case noCheck(String, near: [String])
    /// Only checks of a suite match that runs on request only, and the pattern does not name it.
    case onRequest(String, suite: String)
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
  public var parts: [Part] = []
  /// The hypervisors, in the order of their file.
  public var hypervisors: [HypervisorConfiguration]

  /// Makes a selection.
  ///
  /// - Parameters:
  ///   - patterns: Globs for suites, checks, or the first parts of checks' names; none stands for
  ///     every suite. A suite that runs on request only must be named in full.
  ///   - hypervisorPatterns: Globs for hypervisors; none stands for all.
  ///   - images: The images.
  ///   - file: The hypervisors.
  /// - Throws: `Failure` where a pattern matches nothing.
  public init(
    patterns: [String], hypervisorPatterns: [String], images: [GuestImage], file: HypervisorFile
  ) throws(Failure) {
    let names = file.hypervisors.map(\.name)
    for pattern in hypervisorPatterns where !names.contains(where: Glob(pattern).matches) {
      throw .noHypervisor(pattern, near: Spelling.near(pattern, among: names))
    }
    hypervisors = file.hypervisors.filter { hypervisor in
      hypervisorPatterns.isEmpty
        || hypervisorPatterns.contains { Glob($0).matches(hypervisor.name) }
    }
    var unmatched = Set(patterns)
    for image in images {
      let isOnRequest = file.suitesOnRequest.contains(image.suite)
      let own = patterns.filter { pattern in
        !isOnRequest || pattern.prefix { $0 != "." } == image.suite
      }
      let globs = own.flatMap { [Glob($0), Glob($0 + ".*")] }
      let isWhole =
        patterns.isEmpty ? !isOnRequest : own.contains { Glob($0).matches(image.suite) }
      let checks =
        isWhole
        ? image.checks : image.checks.filter { id in globs.contains { $0.matches(id.text) } }
      unmatched.subtract(own.filter { Self.matches($0, image) })
      guard !checks.isEmpty else { continue }
      let used = globs.filter { glob in checks.contains { glob.matches($0.text) } }
      parts.append(
        Part(image: image, checks: checks, patterns: checks == image.checks ? [] : used))
    }
    if let pattern = patterns.first(where: unmatched.contains) {
      if let image = images.first(where: { Self.matches(pattern, $0) }) {
        throw .onRequest(pattern, suite: image.suite)
      }
      let names = images.flatMap { [$0.suite] + $0.checks.map(\.text) }
      throw .noCheck(pattern, near: Spelling.near(pattern, among: names))
    }
  }

  private static func matches(_ pattern: String, _ image: GuestImage) -> Bool {
    let globs = [Glob(pattern), Glob(pattern + ".*")]
    return globs[0].matches(image.suite)
      || image.checks.contains { id in globs.contains { $0.matches(id.text) } }
  }
}

extension Selection.Failure: CustomStringConvertible {
  /// What was not found and what is near, in one line.
  public var description: String {
    switch self {
    case .noCheck(let pattern, let near):
      "no suite or check matches \(quoted(pattern))"
        + (pattern.contains(",") ? ": separate several by blanks" : Self.hint(near))
    case .onRequest(let pattern, let suite):
      "\(pattern) matches only the suite \(suite), which runs only where it is named in full"
    case .noHypervisor(let pattern, let near):
      "no hypervisor matches \(quoted(pattern))"
        + (pattern.contains(",") ? ": repeat --on for several" : Self.hint(near))
    }
  }

  private static func hint(_ near: [String]) -> String {
    ": \(Spelling.question(near) ?? "see 'guestctl list'")"
  }
}
