import Glibc

extension FileDescriptor {
  /// Times reads of four bytes, each by itself.
  ///
  /// - Parameters:
  ///   - offset: Where to read.
  ///   - byteCount: How many bytes come each time: 4, or 0 where the file ends.
  ///   - count: How many reads.
  /// - Returns: The times in nanoseconds, with what looking at the clock takes.
  package func timeReads(
    at offset: Int, expecting byteCount: Int, count: Int
  ) throws(SystemFailure) -> [UInt32] {
    var durations: [UInt32] = []
    durations.reserveCapacity(count)
    var word: UInt32 = 0
    while durations.count < count {
      var result = 0
      let duration = MonotonicClock.time { result = pread(number, &word, 4, off_t(offset)) }
      if result < 0 && errno == EINTR { continue }
      guard result >= 0 else { throw SystemFailure("read", name, .errno(errno)) }
      guard result == byteCount else { throw SystemFailure("read", name, .endOfFile) }
      durations.append(duration)
    }
    return durations
  }
}
