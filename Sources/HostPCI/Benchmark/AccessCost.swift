import LinuxHost
import PCIConfig

/// What reads of one register cost in one mode.
public struct AccessCost: Equatable, Sendable {
  /// The mode.
  public let mode: AccessMode
  /// The register, 32 bits.
  public let register: Register
  /// What performs the access in the end.
  public let mechanism: KernelAccess.Mechanism
  /// The value of the register before the first read.
  public let value: UInt32
  /// How long the reads took.
  public let durations: Durations
  /// What the same call costs in the median, in nanoseconds, when it reads nothing; 0 where
  /// there is no call.
  public let emptyCall: UInt32

  /// Creates a cost.
  public init(
    mode: AccessMode, register: Register, mechanism: KernelAccess.Mechanism, value: UInt32,
    durations: Durations, emptyCall: UInt32
  ) {
    self.mode = mode
    self.register = register
    self.mechanism = mechanism
    self.value = value
    self.durations = durations
    self.emptyCall = emptyCall
  }

  /// What a read costs in the median, in nanoseconds, without the call around it.
  public var access: UInt32 { durations.median - min(durations.median, emptyCall) }
}
