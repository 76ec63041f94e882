import ArgumentParser
import HostPCI
import LinuxHost
import PCIConfig
import Spelling
import ToolSupport

/// How a command accesses registers.
struct AccessOptions: ParsableArguments {
  private static let modes = ["auto"] + AccessMode.allCases.map(\.rawValue)

  @Option(
    name: .customLong("access"),
    help: ArgumentHelp(
      "How registers are accessed: auto (default), sysfs, procfs, conf1 or ecam.",
      valueName: "mode"),
    completion: .list(modes))
  var mode: String?

  @OptionGroup var selection: PolicyOptions

  func validate() throws {
    if let mode, !Self.modes.contains(mode) {
      throw ValidationError(
        "--access \(quoted(mode)): \(Spelling.hint(for: mode, among: Self.modes))")
    }
    if let mode, let policy = selection.name {
      throw ValidationError(
        "--policy \(quoted(policy)): not supported with --access \(quoted(mode)): a policy "
          + "selects the mode")
    }
  }

  /// The machine in the mode that was named, or in the one that the policy selects.
  ///
  /// - Throws: `ToolError` with status 2 where a mode is not available.
  func access(to host: Host) throws(ToolError) -> HostAccess {
    let policy = try selection.policy()
    do {
      if let policy { return try HostAccess(host, selecting: policy) }
      return try HostAccess(host, mode.flatMap(AccessMode.init(rawValue:)))
    } catch {
      throw .cannotRun((policy.map { "--policy \($0.name): " } ?? "") + "\(error)")
    }
  }
}

/// The policy that selects a mechanism for each access.
struct PolicyOptions: ParsableArguments {
  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp(
      "Access by the mechanism that a policy selects: linux, prefer-ecam, verified, conf1, ecam.",
      valueName: "name"),
    completion: .list(AccessPolicy.allCases.map { "\($0.name)" }))
  var name: String?

  /// The policy; `nil` where none was named.
  ///
  /// - Throws: `ToolError` with status 64 for an unknown name.
  func policy() throws(ToolError) -> AccessPolicy? {
    guard let name else { return nil }
    return try AccessPolicy(argument: name)
  }
}

extension AccessPolicy {
  /// Finds a policy by its name.
  ///
  /// - Throws: `ToolError` with status 64 for an unknown name.
  init(argument name: String) throws(ToolError) {
    guard let policy = Self.allCases.first(where: { "\($0.name)" == name }) else {
      throw .usage(
        "--policy \(quoted(name)): "
          + Spelling.hint(for: name, among: Self.allCases.map { "\($0.name)" }))
    }
    self = policy
  }
}
