import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test where there is no `/dev/kvm`; with PCICFG_REQUIRE_KVM=1 it runs, and fails.
  static var needsKVM: Self {
    let isRequired = getenv("PCICFG_REQUIRE_KVM").map { String(cString: $0) } == "1"
    return .enabled(
      if: isRequired || access("/dev/kvm", R_OK | W_OK) == 0,
      "/dev/kvm is missing or may not be opened")
  }

  /// Skips a test where QEMU is not installed.
  static var needsQEMU: Self {
    .enabled(
      if: ["/usr/bin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/qemu-system-x86_64")
      }, "qemu-system-x86_64 is not installed")
  }

  /// Skips a test where a mount of its own is refused.
  static var needsOwnMounts: Self {
    .enabled("a mount namespace is refused") {
      let probe = try await Tool(name: "pcicfg").bash("unshare -m mount -t tmpfs none /mnt", [])
      return probe.status == .exited(0)
    }
  }
}
