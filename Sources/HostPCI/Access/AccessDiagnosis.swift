import Glibc
import LinuxHost

/// Why the system refused a raw access, and what would help.
struct AccessDiagnosis: Equatable {
  var causes: [String] = []
  var remedies: [String] = []
  /// Whether the system lacks what was asked for, and refuses nobody in particular.
  var isMissing = false

  mutating func add(_ cause: String, _ remedy: String? = nil) {
    causes.append(cause)
    if let remedy { remedies.append(remedy) }
  }

  /// Explains the refusal of an access past the kernel's files, by what was refused.
  static func ofRawAccess(_ failure: SystemFailure, _ facts: SystemFacts) -> AccessDiagnosis {
    ["ioperm", "conf1"].contains(failure.call)
      ? ofPorts(failure, facts) : ofMemory(failure, facts)
  }

  /// Explains the refusal of the ports of mechanism 1.
  static func ofPorts(_ failure: SystemFailure, _ facts: SystemFacts) -> AccessDiagnosis {
    var diagnosis = AccessDiagnosis()
    if failure.isErrno(ENOSYS) {
      diagnosis.isMissing = true
      diagnosis.add(
        "the kernel is built without port access for programs (CONFIG_X86_IOPL_IOPERM)",
        "sysfs reads the same registers; the ports need another kernel")
    } else if failure.isErrno(EPERM) {
      diagnosis.addRights(facts)
    } else if case .signal = failure.cause {
      diagnosis.add(
        "the access itself was stopped: a confidential guest, or a hypervisor that forbids it",
        "sysfs reads the same registers")
    } else {
      diagnosis.add("the system gives no reason that is known here")
    }
    return diagnosis
  }

  /// Explains the refusal of `/dev/mem`.
  static func ofMemory(_ failure: SystemFailure, _ facts: SystemFacts) -> AccessDiagnosis {
    var diagnosis = AccessDiagnosis()
    switch (failure.call, failure.cause) {
    case ("open", .errno(ENOENT)), ("open", .errno(ENXIO)), ("open", .errno(ENODEV)):
      diagnosis.isMissing = true
      diagnosis.addMissingDevice(facts)
    case ("open", .errno(EACCES)), ("open", .errno(EPERM)):
      diagnosis.addRights(facts)
    case ("mmap", .errno(EPERM)):
      diagnosis.addStrictMemory(facts)
    case (_, .signal):
      diagnosis.add(
        "the access itself was stopped: a confidential guest, or nothing decodes the address")
    default:
      diagnosis.add("the system gives no reason that is known here")
    }
    return diagnosis
  }

  private mutating func addMissingDevice(_ facts: SystemFacts) {
    if facts.memoryDevices.value?.contains("mem") == true {
      add(
        "the kernel offers /dev/mem, but there is no such file here: a container, or a small /dev",
        "run it outside the container, or as root: mknod -m 600 /dev/mem c 1 1")
    } else if facts.memoryDevices.value != nil
      || facts.kernelOptions.value.map({ !$0.has(.deviceMemory) }) == true
    {
      add(
        "the kernel is built without /dev/mem (CONFIG_DEVMEM)",
        "sysfs reads the same registers; /dev/mem needs another kernel")
    } else {
      add(
        "there is no /dev/mem: the kernel lacks CONFIG_DEVMEM, or this is a container",
        "sysfs reads the same registers")
    }
  }

  private mutating func addRights(_ facts: SystemFacts) {
    if let mode = facts.lockdown.value, facts.isLockedDown {
      add(
        "the kernel is locked down (\(mode)): it forbids this to everybody, root too",
        "boot without lockdown: no lockdown= option, Secure Boot off; sysfs still reads")
    }
    let privileges = facts.privileges.value
    switch (privileges?.hasRawIO, privileges?.user) {
    case (false, 0):
      add(
        "root, but without CAP_SYS_RAWIO: a container, or a service that dropped it",
        "run it outside the container, or give it the capability (--cap-add SYS_RAWIO)")
    case (false, _):
      add("not root: this needs CAP_SYS_RAWIO", "run it as root (sudo)")
    case (nil, _):
      add("this needs root with CAP_SYS_RAWIO", "run it as root (sudo)")
    case (true, _) where facts.isInUserNamespace.value == true:
      add(
        "CAP_SYS_RAWIO is there, but only within a user namespace: a rootless container",
        "run it as root outside the container")
    case (true, _) where facts.isLockedDown:
      break
    case (true, _):
      if privileges?.isFiltered == true {
        add(
          "the right is there, but a seccomp filter is in force",
          "run it outside the container or sandbox")
      } else if let user = privileges?.user, user != 0 {
        add("CAP_SYS_RAWIO is there, but the file belongs to root", "run it as root")
      } else if facts.lockdown.value == nil {
        add(
          "root has the right; whether the kernel is locked down cannot be seen here",
          "mount securityfs on /sys/kernel/security and look at its file lockdown")
      } else {
        add("root has the right: a security module (SELinux, AppArmor) may forbid it")
      }
    }
  }

  private mutating func addStrictMemory(_ facts: SystemFacts) {
    if facts.isLockedDown {
      addRights(facts)
      return
    }
    if facts.commandLine.value?.relaxesMemory == true {
      add(
        "the kernel forbids it although it was booted with iomem=relaxed: the range holds memory, "
          + "or is exclusive to a driver")
      return
    }
    let built =
      facts.kernelOptions.value?.has(.strictDeviceMemory) == true
      ? "the kernel is built with CONFIG_STRICT_DEVMEM"
      : "the kernel seems to be built with CONFIG_STRICT_DEVMEM"
    add(
      built + ": /dev/mem maps nothing that the kernel or a driver has",
      "boot with iomem=relaxed; sysfs reads the same registers meanwhile")
  }
}
