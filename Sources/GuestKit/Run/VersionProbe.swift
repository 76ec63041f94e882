/// Learns the versions of products, each once.
struct VersionProbe: Sendable {
  /// How long a command may take to print its version: only one that hangs needs longer, even on a
  /// loaded machine.
  static let timeLimit = Duration.seconds(60)

  /// The version that a command prints, or `nil` where it prints none.
  static func version(_ probe: HypervisorConfiguration.VersionCommand) async -> ProductVersion? {
    guard case .found(let program) = Programs.find(probe.command[0]),
      let pattern = try? Regex(probe.pattern), let directory = try? BootDirectory.temporary()
    else { return nil }
    defer { directory.discard() }
    let process = HypervisorProcess(
      program: program, arguments: Array(probe.command.dropFirst()),
      outputFile: directory.serial, timeLimit: timeLimit)
    guard let outcome = try? await process.run() else { return nil }
    let text = String(decoding: outcome.output, as: UTF8.self)
    guard let match = text.firstMatch(of: pattern), match.output.count > 1,
      let version = match.output[1].substring
    else { return nil }
    return ProductVersion(version)
  }

  /// The versions of several products, each command run once.
  static func versions(
    _ probes: Set<HypervisorConfiguration.VersionCommand>
  ) async -> [HypervisorConfiguration.VersionCommand: ProductVersion] {
    await withTaskGroup { group in
      for probe in probes { group.addTask { (probe, await version(probe)) } }
      var versions: [HypervisorConfiguration.VersionCommand: ProductVersion] = [:]
      for await (probe, version) in group { versions[probe] = version }
      return versions
    }
  }
}
