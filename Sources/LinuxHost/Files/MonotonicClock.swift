import Glibc

/// The system's clock that is never set (clock_gettime(2), CLOCK_MONOTONIC).
package enum MonotonicClock {
  /// The time in nanoseconds.
  package static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// How long something took, in nanoseconds.
  package static func time(_ body: () -> Void) -> UInt32 {
    let start = now
    body()
    return UInt32(clamping: now - start)
  }
}
