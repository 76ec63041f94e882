import LinuxHost
import PCIConfig

/// What reads of configuration space cost on this machine, mode by mode, measured by turns.
public struct AccessBenchmark: Equatable, Sendable {
  /// How long to go on.
  public enum Extent: Equatable, Sendable {
    /// So many reads of each.
    case reads(Int)
    /// At most so many reads of each, and at most so many nanoseconds for each on the average.
    case atMost(reads: Int, nanoseconds: UInt64)
  }

  /// A mode, or a register in a mode, that was not measured.
  public struct Omission: Equatable, Sendable {
    /// The mode.
    public let mode: AccessMode
    /// The register; `nil` for all.
    public let register: Register?
    /// Why.
    public let reason: String

    /// Creates an omission.
    public init(mode: AccessMode, register: Register?, reason: String) {
      self.mode = mode
      self.register = register
      self.reason = reason
    }
  }

  /// The function whose registers were read.
  public let function: FunctionAddress
  /// What looking at the clock takes in the median, in nanoseconds; subtracted from all times.
  public let clockOverhead: UInt32
  /// How the kernel accesses registers 0x00 to 0xff of the function.
  public let kernelConventional: KernelAccess
  /// How the kernel accesses registers from 0x100 on.
  public let kernelExtended: KernelAccess
  /// Whether there is a hypervisor; `nil` where that is not known.
  public let isGuest: Bool?
  /// Whether the processor itself is emulated, as by QEMU's TCG: no access exits then.
  public let isEmulated: Bool
  /// The costs, in the order of ``AccessMode`` and of the registers; not empty.
  public let costs: [AccessCost]
  /// What was not measured.
  public let omissions: [Omission]
  /// The modes that were named and not measured at all.
  public let missedModes: [AccessMode]

  /// Creates a result.
  public init(
    function: FunctionAddress, clockOverhead: UInt32, kernelConventional: KernelAccess,
    kernelExtended: KernelAccess, isGuest: Bool?, isEmulated: Bool = false, costs: [AccessCost],
    omissions: [Omission], missedModes: [AccessMode] = []
  ) {
    self.function = function
    self.clockOverhead = clockOverhead
    self.kernelConventional = kernelConventional
    self.kernelExtended = kernelExtended
    self.isGuest = isGuest
    self.isEmulated = isEmulated
    self.costs = costs
    self.omissions = omissions
    self.missedModes = missedModes
  }

  /// What the cost of ECAM says about its window: by ECAM itself where that was measured, else by
  /// the first file that it serves.
  public var window: WindowCost {
    let mayExit = isGuest.map { $0 && !isEmulated }
    func cost(_ mode: AccessMode, _ mechanism: KernelAccess.Mechanism) -> AccessCost? {
      costs.first { $0.mode == mode && $0.mechanism == mechanism }
    }
    let modes: [AccessMode] = [.ecam, .sysfs, .procfs]
    guard let ecam = modes.lazy.compactMap({ cost($0, .ecam) }).first else {
      return WindowCost(ecam: nil, mechanism1: nil, mayExit: mayExit)
    }
    let others: [AccessMode] = ecam.mode == .ecam ? [.mechanism1, .sysfs, .procfs] : [ecam.mode]
    let mechanism1 = others.lazy.compactMap { cost($0, .mechanism1) }.first
    return WindowCost(ecam: ecam.access, mechanism1: mechanism1?.access, mayExit: mayExit)
  }
}

extension AccessBenchmark.Omission: CustomStringConvertible {
  /// What, and why.
  public var description: String {
    "\(mode.rawValue)\(register.map { " \($0)" } ?? ""): \(reason)"
  }
}
