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

  // Not a group of its own, which would cost every list and read a fifth of a millisecond.
  @Option(name: .customLong("policy"), help: AccessPolicy.help, completion: AccessPolicy.completion)
  var policyName: String?

  func validate() throws {
    if let mode, !Self.modes.contains(mode) {
      throw ValidationError(
        "--access \(quoted(mode)): \(Spelling.hint(for: mode, among: Self.modes))")
    }
    if let mode, let policy = policyName {
      throw ValidationError(
        "--policy \(quoted(policy)): not supported with --access \(quoted(mode)): a policy "
          + "selects the mode")
    }
  }

  /// The machine in the mode that was named, or in the one that the policy selects.
  ///
  /// - Throws: `ToolError` with status 2 where a mode is not available.
  func access(to host: Host) throws(ToolError) -> HostAccess {
    let policy = try AccessPolicy(argument: policyName)
    do {
      if let policy { return try HostAccess(host, selecting: policy) }
      return try HostAccess(host, mode.flatMap(AccessMode.init(rawValue:)))
    } catch {
      throw .cannotRun((policy.map { "--policy \($0.name): " } ?? "") + "\(error)")
    }
  }
}

extension AccessPolicy {
  private static let names = allCases.map { "\($0.name)" }

  /// The help of an option that selects the mechanism of each access.
  static let help = ArgumentHelp(
    "Access by the mechanism that a policy selects: linux, prefer-ecam, verified, conf1, ecam.",
    valueName: "name")

  /// The completion of an option that names a policy.
  static let completion = CompletionKind.list(names)

  /// Finds a policy by its name; `nil` without a name.
  ///
  /// - Throws: `ToolError` with status 64 for an unknown name.
  init?(argument name: String?) throws(ToolError) {
    guard let name else { return nil }
    guard let index = Self.names.firstIndex(of: name) else {
      throw .usage("--policy \(quoted(name)): \(Spelling.hint(for: name, among: Self.names))")
    }
    self = Self.allCases[index]
  }
}
