import Glibc

/// A date and a time of day, UTC.
struct CalendarTime: Equatable {
  var year: Int
  /// 1 to 12.
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  var second: Int

  init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// - Parameter seconds: The seconds since 1970 began.
  init(_ seconds: Int64) {
    var seconds = Int(seconds)
    var fields = tm()
    let isKnown = gmtime_r(&seconds, &fields) != nil
    precondition(isKnown, "\(seconds) s lie beyond the years that a date can have")
    self.init(
      year: Int(fields.tm_year) + 1900, month: Int(fields.tm_mon) + 1, day: Int(fields.tm_mday),
      hour: Int(fields.tm_hour), minute: Int(fields.tm_min), second: Int(fields.tm_sec))
  }

  /// The seconds since 1970 began; fields that are out of their ranges count on.
  var seconds: Int64 {
    var fields = tm()
    fields.tm_year = Int32(year - 1900)
    fields.tm_mon = Int32(month - 1)
    fields.tm_mday = Int32(day)
    fields.tm_hour = Int32(hour)
    fields.tm_min = Int32(minute)
    fields.tm_sec = Int32(second)
    return Int64(timegm(&fields))
  }

  /// The day of the week, 0 for Sunday.
  var weekday: Int {
    let days = Int(seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0))
    // 1970 began on a Thursday.
    return ((days + 4) % 7 + 7) % 7
  }
}

/// The host's clock.
enum HostClock {
  /// The time since 1970 began in units of 1/32768 s.
  static func ticks() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) << 15 + Int64(time.tv_nsec) << 15 / 1_000_000_000
  }
}
