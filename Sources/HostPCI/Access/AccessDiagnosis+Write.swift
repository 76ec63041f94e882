import Glibc
import LinuxHost

extension AccessDiagnosis {
  /// Explains the refusal of a write to a function's file in sysfs or procfs.
  static func ofWrite(_ failure: SystemFailure, _ facts: SystemFacts) -> AccessDiagnosis {
    var diagnosis = AccessDiagnosis()
    let user = facts.privileges.value?.user
    switch (failure.call, failure.number) {
    case ("open", ENOENT):
      diagnosis.isMissing = true
      diagnosis.add("the function has gone, or the kernel shows no registers of it")
    case ("open", EROFS):
      let root = failure.subject.hasPrefix("/proc") ? "/proc" : "/sys"
      diagnosis.add(
        "\(root) is mounted for reading only, as in a container",
        "run it outside the container, or as root: mount -o remount,rw \(root)")
    case ("open", EACCES), ("open", EPERM):
      if let user, user != 0 {
        diagnosis.add(
          "not root: only root may write registers", "run it as root (sudo pcicfg write)")
      } else if facts.isInUserNamespace.value == true {
        diagnosis.add(
          "root, but only within a user namespace: a rootless container",
          "run it as root outside the container")
      } else {
        diagnosis.add("a security module (SELinux, AppArmor) may forbid it")
      }
    case ("write", EPERM) where facts.isLockedDown:
      diagnosis.add(
        "the kernel is locked down (\(facts.lockdown.value ?? "")): it forbids this to everybody, "
          + "root too", "boot without lockdown: no lockdown= option, Secure Boot off")
    case ("write", EPERM) where facts.lockdown.value == nil:
      diagnosis.add(
        "the kernel is likely locked down, which cannot be seen here",
        "mount securityfs on /sys/kernel/security and look at its file lockdown")
    default:
      diagnosis.add("the system gives no reason that is known here")
    }
    return diagnosis
  }

  /// The causes, and behind them what would help.
  var line: String {
    causes.joined(separator: "; ")
      + (remedies.isEmpty ? "" : "; \(remedies.joined(separator: "; "))")
  }
}
