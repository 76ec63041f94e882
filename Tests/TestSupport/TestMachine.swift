import Foundation

/// What this machine has for tests.
package enum TestMachine {
  /// Whether guests can run under KVM. With PCICFG_REQUIRE_KVM=1 it is always `true`, so that tests
  /// fail without KVM instead of being skipped.
  package static let kvm =
    ProcessInfo.processInfo.environment["PCICFG_REQUIRE_KVM"] == "1"
    || access("/dev/kvm", R_OK | W_OK) == 0

  /// The directory with recordings of real machines that PCICFG_CORPUS names. It is not part of the
  /// project.
  package static let corpus = ProcessInfo.processInfo.environment["PCICFG_CORPUS"]

  /// Whether a program is installed.
  package static func program(_ name: String) -> Bool {
    ["/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}

// A static build, which runs no tests, has no Testing.
#if canImport(Testing)
  import Testing

  extension Trait where Self == ConditionTrait {
    /// Skips a test where KVM is not usable.
    package static var needsKVM: Self {
      .enabled(if: TestMachine.kvm, "/dev/kvm is missing or may not be opened")
    }

    /// Skips a test without the directory of recordings.
    package static var needsCorpus: Self {
      .enabled(
        if: TestMachine.corpus != nil, "PCICFG_CORPUS does not name a directory of recordings")
    }

    /// Skips a test where QEMU is not installed.
    package static var needsQEMU: Self { .needs(program: "qemu-system-x86_64") }

    /// Skips a test where a program is not installed.
    package static func needs(program: String) -> Self {
      .enabled(if: TestMachine.program(program), "\(program) is not installed")
    }

    /// Skips a test on a machine without PCI.
    package static var needsPCI: Self {
      .enabled(
        if: FileManager.default.fileExists(atPath: "/sys/bus/pci/devices"),
        "/sys/bus/pci/devices is missing")
    }

    /// Skips a test that takes about a minute.
    package static var slow: Self {
      .enabled(
        if: ProcessInfo.processInfo.environment["PCICFG_SLOW"] != nil,
        "it takes a minute; PCICFG_SLOW=1 runs it")
    }
  }
#endif
