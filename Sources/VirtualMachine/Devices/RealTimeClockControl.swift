/// What has happened in a real-time clock: register C, and the bits of register B that make
/// interrupts of it.
struct RealTimeClockFlags: OptionSet {
  let rawValue: UInt8

  static let updateEnded = RealTimeClockFlags(rawValue: 1 << 4)
  static let alarm = RealTimeClockFlags(rawValue: 1 << 5)
  static let periodic = RealTimeClockFlags(rawValue: 1 << 6)
  static let all: RealTimeClockFlags = [.updateEnded, .alarm, .periodic]
}

/// The registers A and B of a real-time clock, and what they make of the others (MC146818 data
/// sheet, "Registers").
struct RealTimeClockControl {
  /// Bits 6:4 the divider, 3:0 the rate. As PCs' firmware leaves it: 32768 Hz, a period of 1/1024 s.
  var a: UInt8 = 0x26
  /// Bit 7 SET, 6:4 enabled interrupts, 2 binary, 1 24 hours. BCD and 24 hours.
  var b: UInt8 = 0x02

  var stopsClock: Bool { b & 0x80 != 0 || a & 0x60 == 0x60 }

  var enabled: RealTimeClockFlags { RealTimeClockFlags(rawValue: b).intersection(.all) }

  /// The period of the interrupt in ticks of the crystal; `nil` where there is none.
  var period: Int64? {
    let rate = Int64(a & 0xF)
    guard rate > 0, a & 0x60 != 0x60 else { return nil }
    // The first two are those of 8 and 9.
    return 1 << (rate < 3 ? rate + 6 : rate - 1)
  }

  /// The registers from 0 to 9 that show a time.
  func registers(_ time: CalendarTime, weekdayAhead: Int) -> [UInt8] {
    var registers = [UInt8](repeating: 0, count: 10)
    registers[0] = encode(time.second)
    registers[2] = encode(time.minute)
    registers[4] = encodeHour(time.hour)
    registers[6] = encode((time.weekday + weekdayAhead + 7) % 7 + 1)
    registers[7] = encode(time.day)
    registers[8] = encode(time.month)
    registers[9] = encode(time.year % 100)
    return registers
  }

  /// The time that registers from 0 to 9 show; of a year beyond 99 the last two digits count.
  func time(_ registers: [UInt8], century: Int) -> CalendarTime {
    CalendarTime(
      year: century * 100 + decode(registers[9]) % 100, month: decode(registers[8]),
      day: decode(registers[7]), hour: decodeHour(registers[4]), minute: decode(registers[2]),
      second: decode(registers[0]))
  }

  /// The day of the week that a register from 1 to 7 shows, as 0 to 6.
  func weekday(_ registers: [UInt8]) -> Int { (decode(registers[6]) + 6) % 7 }

  /// Whether it is the time of the alarm in registers 1, 3 and 5, of which those from C0h on match
  /// any.
  func isAlarm(_ registers: [UInt8], at time: CalendarTime) -> Bool {
    func matches(_ register: UInt8, _ value: UInt8) -> Bool {
      register >= 0xC0 || register == value
    }
    return matches(registers[1], encode(time.second)) && matches(registers[3], encode(time.minute))
      && matches(registers[5], encodeHour(time.hour))
  }

  private var isBinary: Bool { b & 4 != 0 }
  private var has24Hours: Bool { b & 2 != 0 }

  private func encode(_ value: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: isBinary ? value : (value / 10) << 4 | value % 10)
  }

  private func decode(_ register: UInt8) -> Int {
    Int(isBinary ? register : (register >> 4) * 10 + register & 0xF)
  }

  private func encodeHour(_ hour: Int) -> UInt8 {
    has24Hours ? encode(hour) : encode((hour + 11) % 12 + 1) | (hour >= 12 ? 0x80 : 0)
  }

  private func decodeHour(_ register: UInt8) -> Int {
    has24Hours
      ? decode(register) : decode(register & 0x7F) % 12 + (register & 0x80 != 0 ? 12 : 0)
  }
}
