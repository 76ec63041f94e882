/// How long something took, each time it was done: at least one time.
public struct Durations: Equatable, Sendable {
  /// The times in nanoseconds, ascending.
  package let sorted: [UInt32]

  /// Takes times.
  ///
  /// - Parameters:
  ///   - nanoseconds: The times in any order; not empty.
  ///   - overhead: What looking at the clock takes, in nanoseconds: it is subtracted from each, and
  ///     nothing becomes less than 0.
  public init(_ nanoseconds: [UInt32], subtracting overhead: UInt32 = 0) {
    precondition(!nanoseconds.isEmpty, "no times")
    sorted = nanoseconds.map { $0 - min($0, overhead) }.sorted()
  }

  /// How many there are.
  public var count: Int { sorted.count }
  /// The shortest, in nanoseconds.
  public var minimum: UInt32 { sorted[0] }
  /// The one in the middle, in nanoseconds.
  public var median: UInt32 { percentile(50) }
  /// The one that 99 of 100 do not exceed, in nanoseconds.
  public var percentile99: UInt32 { percentile(99) }
  /// The longest, in nanoseconds.
  public var maximum: UInt32 { sorted[sorted.count - 1] }

  /// How many fit in a second, by their sum; `nil` where all are 0.
  public var perSecond: UInt64? {
    let sum = sorted.reduce(UInt64(0)) { $0 + UInt64($1) }
    return sum == 0 ? nil : UInt64(count) * 1_000_000_000 / sum
  }

  /// The shortest time that so many of 100 do not exceed (nearest rank).
  private func percentile(_ part: Int) -> UInt32 { sorted[(count * part + 99) / 100 - 1] }
}
