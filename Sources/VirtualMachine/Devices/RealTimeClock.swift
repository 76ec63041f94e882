/// A real-time clock with memory: an MC146818 as PCs' chipsets have it, 14 registers and 114 bytes
/// behind an index and a data port.
///
/// The time is that of a crystal, the host's clock unless a guest sets it. Registers that hold a
/// time or a date which does not exist are brought to one that does when the clock starts to use
/// them: second 75 is second 15 of the next minute. Motorola MC146818 data sheet; the ports are
/// those of the IBM PC AT Technical Reference, "Real-Time Clock/CMOS RAM". That chip has 64 bytes;
/// as many as here are in the standard bank of Intel's chipsets (ICH9 datasheet 316972, RTC).
public final class RealTimeClock: Device {
  /// What a crystal does in a second.
  static let frequency: Int64 = 1 << 15

  private let crystal: () -> Int64
  private let mutation: Mutation?
  private var index = 0
  /// Whether the guest has masked the NMI, bit 7 of the index port. There is no source of one.
  public private(set) var masksNMI = false
  /// The alarm and the memory: all registers that are nothing but bytes.
  private var bytes = [UInt8](repeating: 0, count: 128)
  private var control = RealTimeClockControl()
  /// What the clock is ahead of the crystal, in seconds.
  private var ahead: Int64 = 0
  /// What the day of the week is ahead of the one that belongs to the date.
  private var weekdayAhead = 0
  /// The registers of the time while the clock is stopped.
  private var stopped: [UInt8]?
  private var flags: RealTimeClockFlags = []
  /// Up to when flags have been set, in ticks of the crystal.
  private var flagged: Int64
  /// Changes with everything that a guest does to interrupts.
  private(set) var version: UInt64 = 0

  /// Creates a clock.
  ///
  /// - Parameters:
  ///   - crystal: How often the crystal has oscillated since 1970 began, in units of 1/32768 s; the
  ///     host's time in UTC where `nil`.
  ///   - mutation: What is wrong on purpose.
  public init(crystal: (() -> Int64)? = nil, mutation: Mutation? = nil) {
    self.mutation = mutation
    self.crystal = crystal ?? HostClock.ticks
    flagged = self.crystal()
  }

  /// One byte: a word at the index port is an index and a value.
  public var dataPathWidth: Int { mutation == .clockWordsCut ? 2 : 1 }

  /// Reads the register that the index has chosen; the index port cannot be read.
  public func read(at offset: UInt64, size: Int) -> UInt64? {
    if mutation == .clockIndexReadable && offset == 0 { return UInt64(index) }
    return offset == 1 ? UInt64(readRegister()) : nil
  }

  /// Writes the index, or the register that it has chosen.
  public func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    let value = UInt8(truncatingIfNeeded: value)
    switch offset {
    case 0:
      index = Int(value & (mutation == .clockMemoryHalved ? 0x3F : 0x7F))
      masksNMI = value & 0x80 != 0
    case 1: writeRegister(value)
    default: return false
    }
    return true
  }

  private func readRegister() -> UInt8 {
    switch index {
    case 0, 2, 4, 6...9:
      let digits = time[index]
      return mutation == .clockBinary ? (digits >> 4) * 10 + digits & 0xF : digits
    case 0xA: return control.a | (isUpdating ? 0x80 : 0)
    case 0xB: return control.b
    case 0xC:
      setFlags()
      defer {
        if mutation != .clockFlagsKept { flags = [] }
        version &+= 1
      }
      return flags.rawValue | (flags.isDisjoint(with: control.enabled) ? 0 : 0x80)
    // The battery has never been empty.
    case 0xD: return 0x80
    default: return bytes[index]
    }
  }

  private func writeRegister(_ value: UInt8) {
    // What has happened up to now has happened under the old registers.
    setFlags()
    version &+= 1
    switch index {
    case 0, 2, 4, 6...9:
      var registers = time
      registers[index] = value
      if stopped == nil { start(at: registers) } else { stopped = registers }
    case 0xA: change { $0.a = value & 0x7F }
    case 0xB: change { $0.b = value }
    case 0xC, 0xD: break
    default: bytes[index] = value
    }
  }

  // MARK: Time

  private var seconds: Int64 { crystal() >> 15 + ahead }

  /// The registers of the time, those from 0 to 9 that are no alarm.
  private var time: [UInt8] {
    stopped ?? control.registers(CalendarTime(seconds), weekdayAhead: weekdayAhead)
  }

  private func start(at registers: [UInt8]) {
    // The crystal's century, not that of the time that was set: guests could lead on from there to
    // the next one, and so on beyond all years that a date can have.
    let time = control.time(registers, century: CalendarTime(crystal() >> 15).year / 100)
    ahead = time.seconds - crystal() >> 15
    weekdayAhead = control.weekday(registers) - CalendarTime(time.seconds).weekday
    stopped = nil
  }

  private func change(_ body: (inout RealTimeClockControl) -> Void) {
    let before = time
    body(&control)
    if control.stopsClock && mutation != .clockSetIgnored {
      if stopped == nil { stopped = before }
    } else if let registers = stopped {
      start(at: registers)
    }
  }

  /// From 244 µs before the registers change.
  private var isUpdating: Bool {
    stopped == nil && crystal() & (Self.frequency - 1) >= Self.frequency - 8
  }

  // MARK: Interrupts

  /// Whether the interrupt is asserted: a flag is set whose interrupt is enabled.
  var assertsInterrupt: Bool {
    setFlags()
    return !flags.isDisjoint(with: control.enabled)
  }

  /// How long it takes at least, in ticks of the crystal, until the interrupt becomes asserted;
  /// `nil` where that cannot happen before a guest does something.
  var ticksToInterrupt: Int64? {
    guard flags.isDisjoint(with: control.enabled) else { return nil }
    var next: [Int64] = []
    if control.enabled.contains(.periodic), let period = control.period { next.append(period) }
    if !control.enabled.isDisjoint(with: [.updateEnded, .alarm]), stopped == nil {
      next.append(Self.frequency)
    }
    let now = crystal()
    return next.map { $0 - now % $0 }.min()
  }

  /// Sets the flags of what has happened since they were last looked at.
  private func setFlags() {
    let now = crystal()
    defer { flagged = now }
    guard now > flagged else { return }
    if let period = control.period, now / period != flagged / period { flags.insert(.periodic) }
    let passed = now >> 15 - flagged >> 15
    guard passed > 0, stopped == nil else { return }
    flags.insert(.updateEnded)
    let current = now >> 15 + ahead
    // The alarm looks at the time of day: a day has all there are.
    for second in max(current - passed, current - 86_400) + 1...current
    where control.isAlarm(bytes, at: CalendarTime(second)) {
      flags.insert(.alarm)
      return
    }
  }
}
