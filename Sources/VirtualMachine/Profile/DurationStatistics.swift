/// How long something took, each time it happened.
public struct DurationStatistics: Equatable, Sendable {
  /// How often it happened.
  public private(set) var count: UInt64 = 0
  /// How long it took in all, in nanoseconds.
  public private(set) var total: UInt64 = 0
  /// The shortest time in nanoseconds; 0 where it never happened.
  public private(set) var minimum: UInt64 = 0
  /// The longest time in nanoseconds; 0 where it never happened.
  public private(set) var maximum: UInt64 = 0
  private var sumOfSquares = 0.0

  /// Creates statistics of what has never happened.
  public init() {}

  /// Adds one time.
  ///
  /// - Parameter nanoseconds: How long it took.
  public mutating func add(_ nanoseconds: UInt64) {
    minimum = count == 0 ? nanoseconds : min(minimum, nanoseconds)
    maximum = max(maximum, nanoseconds)
    count += 1
    total += nanoseconds
    sumOfSquares += Double(nanoseconds) * Double(nanoseconds)
  }

  /// Adds what others have counted.
  public mutating func add(_ other: DurationStatistics) {
    guard other.count > 0 else { return }
    minimum = count == 0 ? other.minimum : min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    count += other.count
    total += other.total
    sumOfSquares += other.sumOfSquares
  }

  /// The average in nanoseconds; 0 where it never happened.
  public var mean: Double { count == 0 ? 0 : Double(total) / Double(count) }

  /// The standard error of the average, as a part of it: what `perf kvm stat` prints behind `+-`.
  /// 0 where it happened less than twice.
  public var relativeError: Double {
    guard count > 1, total > 0 else { return 0 }
    let count = Double(count)
    let variance = max(0, sumOfSquares - count * mean * mean) / (count - 1)
    return (variance / count).squareRoot() / mean
  }
}
