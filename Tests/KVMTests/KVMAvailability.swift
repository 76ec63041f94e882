import Glibc
import KVM
import Testing

/// Whether guests can run here.
///
/// With PCICFG_REQUIRE_KVM=1 missing KVM does not skip: it fails.
let kvmIsUsable: Bool = {
  if let required = getenv("PCICFG_REQUIRE_KVM"), String(cString: required) == "1" { return true }
  return access("/dev/kvm", R_OK | W_OK) == 0
}()

extension Trait where Self == ConditionTrait {
  /// Skips a test where there is no `/dev/kvm`.
  static var needsKVM: Self {
    .enabled(if: kvmIsUsable, "/dev/kvm is missing or may not be opened")
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test that takes about a minute.
  static var slow: Self {
    .enabled(if: getenv("PCICFG_SLOW") != nil, "it takes a minute; PCICFG_SLOW=1 runs it")
  }
}
