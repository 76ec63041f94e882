/// How guests are run.
public struct RunSettings: Equatable, Sendable {
  /// How long a boot may take, in seconds.
  public var timeLimit: Double = 10
  /// How many boots run at once, at least 1.
  public var jobs = 1
  /// Where to keep what every boot was given and said.
  public var saveDirectory: String?
  /// Whether a hypervisor that lacks KVM fails the run.
  public var requiresKVM = false
  /// KVM's device file.
  public var kvmDevice = "/dev/kvm"

  /// Creates settings with these defaults.
  public init() {}
}
