/// One thing that KVM counts (`struct kvm_stats_desc`, api.rst 4.133 `KVM_GET_STATS_FD`).
public struct StatisticsField: Hashable, Sendable {
  /// What KVM calls a field. Kernels differ in the ones they have.
  public struct Name: RawRepresentable, Hashable, ExpressibleByStringLiteral, Sendable {
    /// The name, such as `exits`.
    public let rawValue: String

    /// Wraps a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Wraps a name.
    public init(stringLiteral value: String) { rawValue = value }

    /// Every way out of the guest, also those that the kernel handles by itself.
    public static let exits: Name = "exits"
    /// Accesses to ports that user space had to handle; some kinds of KVM leave it at zero.
    public static let portExits: Name = "io_exits"
    /// Accesses to memory that user space had to handle.
    public static let memoryExits: Name = "mmio_exits"
    /// Instructions that KVM emulated.
    public static let emulatedInstructions: Name = "insn_emulation"
    /// Runs that a signal ended.
    public static let signalExits: Name = "signal_exits"
    /// Interrupts that KVM delivered to the guest.
    public static let deliveredInterrupts: Name = "irq_injections"
  }

  /// How a value comes about (`KVM_STATS_TYPE_*`).
  public enum Kind: Hashable, Sendable {
    /// A count, which only grows.
    case cumulative
    /// A level, which rises and falls.
    case instant
    /// The greatest level so far.
    case peak
    /// Counts by ranges of equal size.
    case linearHistogram(bucketSize: UInt32)
    /// Counts by ranges, each twice as large as the one before.
    case logarithmicHistogram
    /// Another one, by its number.
    case other(UInt32)

    /// Whether values of two moments can be subtracted: all but levels and maxima.
    public var isCounted: Bool {
      switch self {
      case .cumulative, .linearHistogram, .logarithmicHistogram: true
      case .instant, .peak, .other: false
      }
    }
  }

  /// What a value is measured in (`KVM_STATS_UNIT_*`).
  public enum Unit: Hashable, Sendable {
    /// It is a mere number.
    case none
    /// Bytes.
    case bytes
    /// Seconds, times the field's scale.
    case seconds
    /// Clock cycles.
    case cycles
    /// 0 or 1.
    case boolean
    /// Another one, by its number.
    case other(UInt32)
  }

  /// What a value is multiplied by to be in the unit: `radix` to the power of `exponent`.
  public struct Scale: Hashable, Sendable {
    /// 10 or 2.
    public var radix: Int
    /// The exponent: -9 for nanoseconds.
    public var exponent: Int

    /// Creates a scale.
    public init(radix: Int, exponent: Int) {
      self.radix = radix
      self.exponent = exponent
    }
  }

  /// What KVM calls it.
  public let name: Name
  /// How its values come about.
  public let kind: Kind
  /// What they are measured in.
  public let unit: Unit
  /// What they are multiplied by.
  public let scale: Scale

  /// Creates a description.
  public init(
    name: Name, kind: Kind = .cumulative, unit: Unit = .none,
    scale: Scale = Scale(radix: 10, exponent: 0)
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.scale = scale
  }
}
