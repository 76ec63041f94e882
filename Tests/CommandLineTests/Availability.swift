import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test where a mount of its own is refused.
  static var needsOwnMounts: Self {
    .enabled("a mount namespace is refused") {
      let probe = try await Tool(name: "pcicfg").bash("unshare -m mount -t tmpfs none /mnt", [])
      return probe.status == .exited(0)
    }
  }
}
