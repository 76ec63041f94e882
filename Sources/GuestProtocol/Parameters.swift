/// What a host tells a guest before it starts.
public struct Parameters: Equatable, Sendable {
  /// An ECAM region that the host vouches for.
  public struct ECAM: Equatable, Sendable {
    /// The address of bus 0.
    public var base: UInt64
    /// The first bus that the region decodes.
    public var firstBus: UInt8
    /// The last bus that the region decodes.
    public var lastBus: UInt8

    /// Creates a region.
    public init(base: UInt64, firstBus: UInt8, lastBus: UInt8) {
      self.base = base
      self.firstBus = firstBus
      self.lastBus = lastBus
    }
  }

  /// Which checks to run; all where there is none.
  public var checks: [Glob] = []
  /// The check behind which to start: how a run goes on after a check that ended it.
  public var after: [UInt8] = []
  /// The hypervisor that the host expects the guest to find, by its name; empty where it does not
  /// say.
  public var hypervisor: [UInt8] = []
  /// How often a measured loop runs, or `nil` for the suite's own choice.
  public var iterations: UInt32?
  /// The frequency of the time-stamp counter in hertz, where the host knows it.
  public var timeStampFrequency: UInt64?
  /// ECAM regions that the host was told of.
  public var ecam: [ECAM] = []
  /// Whether each check is to be marked as a section (``SectionMark``).
  public var marksSections = false

  /// Creates parameters that change nothing.
  public init() {}
}
