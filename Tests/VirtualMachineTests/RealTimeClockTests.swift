import Testing

@testable import VirtualMachine

@Suite("The clock")
struct RealTimeClockTests {
  /// A crystal that oscillates when it is told to.
  private final class Crystal {
    var ticks: Int64

    init(at seconds: Int64) { ticks = seconds << 15 }

    func pass(seconds: Int64) { ticks += seconds << 15 }
  }

  /// 2024-02-29 23:59:58, a Thursday.
  private let crystal = Crystal(at: 1_709_251_198)
  private let clock: RealTimeClock
  private var bus = Bus(.ports)

  init() throws {
    let crystal = crystal
    clock = RealTimeClock { crystal.ticks }
    try bus.add(clock, at: 0x70...0x71)
  }

  private func read(_ register: UInt8) -> UInt8 {
    bus.write(UInt64(register), at: 0x70, size: 1)
    return UInt8(bus.read(at: 0x71, size: 1))
  }

  private func write(_ register: UInt8, _ value: UInt8) {
    bus.write(UInt64(register), at: 0x70, size: 1)
    bus.write(UInt64(value), at: 0x71, size: 1)
  }

  /// Year, month, day, day of the week, hour, minute and second.
  private var time: [UInt8] { [9, 8, 7, 6, 4, 2, 0].map(read) }

  private func set(_ time: [UInt8]) {
    for (register, value) in zip([9, 8, 7, 6, 4, 2, 0] as [UInt8], time) { write(register, value) }
  }

  // MARK: Ports

  @Test("The index port reads as ones, and its highest bit masks the NMI")
  func indexPort() {
    #expect(bus.read(at: 0x70, size: 1) == 0xFF)
    #expect(!clock.masksNMI)
    write(0x80 | 0x40, 0x5A)
    #expect(clock.masksNMI)
    #expect(read(0x40) == 0x5A)
    #expect(!clock.masksNMI)
    #expect(bus.read(at: 0x70, size: 2) == 0x5AFF)
  }

  @Test("A word at the index port is an index and a value")
  func word() {
    bus.write(0x5A40, at: 0x70, size: 2)
    #expect(bus.read(at: 0x71, size: 1) == 0x5A)
  }

  @Test("There are 114 bytes of memory")
  func memory() {
    for register in UInt8(0x0E)...0x7F { write(register, ~register) }
    #expect((UInt8(0x0E)...0x7F).allSatisfy { read($0) == ~$0 })
  }

  // MARK: Time

  @Test("The crystal's time in BCD, and on the last second of a leap day all of it goes on")
  func bcd() {
    #expect(time == [0x24, 0x02, 0x29, 5, 0x23, 0x59, 0x58])
    crystal.pass(seconds: 2)
    #expect(time == [0x24, 0x03, 0x01, 6, 0x00, 0x00, 0x00])
  }

  @Test("Register B chooses binary numbers and 12 hours")
  func formats() {
    write(0xB, 0x06)
    #expect(time == [24, 2, 29, 5, 23, 59, 58])
    write(0xB, 0x04)
    #expect(time == [24, 2, 29, 5, 0x80 | 11, 59, 58])
    write(0xB, 0x00)
    #expect(time == [0x24, 0x02, 0x29, 5, 0x91, 0x59, 0x58])
    crystal.pass(seconds: 2)
    #expect(time == [0x24, 0x03, 0x01, 6, 0x12, 0x00, 0x00])
    write(4, 0x81)
    write(0xB, 0x02)
    #expect(time == [0x24, 0x03, 0x01, 6, 0x13, 0x00, 0x00])
  }

  @Test("A time that is set while SET is set goes on from there; the day of the week is its own")
  func setting() {
    write(0xB, 0x82)
    crystal.pass(seconds: 100)
    #expect(time == [0x24, 0x02, 0x29, 5, 0x23, 0x59, 0x58])
    set([0x25, 0x12, 0x31, 1, 0x23, 0x59, 0x59])
    crystal.pass(seconds: 100)
    #expect(time == [0x25, 0x12, 0x31, 1, 0x23, 0x59, 0x59])
    write(0xB, 0x02)
    #expect(time == [0x25, 0x12, 0x31, 1, 0x23, 0x59, 0x59])
    crystal.pass(seconds: 1)
    #expect(time == [0x26, 0x01, 0x01, 2, 0x00, 0x00, 0x00])
  }

  @Test("The divider's reset stops the clock")
  func divider() {
    write(0xA, 0x66)
    crystal.pass(seconds: 100)
    #expect(time == [0x24, 0x02, 0x29, 5, 0x23, 0x59, 0x58])
    write(0xA, 0x26)
    crystal.pass(seconds: 1)
    #expect(time == [0x24, 0x02, 0x29, 5, 0x23, 0x59, 0x59])
  }

  @Test("A time that does not exist becomes one that does")
  func invalid() {
    write(0xB, 0x82)
    set([0x23, 0x02, 0x29, 4, 0x00, 0x00, 0x75])
    write(0xB, 0x02)
    #expect(time == [0x23, 0x03, 0x01, 4, 0x00, 0x01, 0x15])
  }

  @Test("Of a year beyond 99 the last two digits count, in the crystal's century, whatever is set")
  func century() {
    write(0xB, 0x06)
    for _ in 0..<20 {
      write(9, 255)
      write(8, 255)
      write(7, 255)
    }
    // 2200 and 2100 would have no February 29th.
    set([200, 2, 29, 5, 23, 59, 58])
    #expect(time == [0, 2, 29, 5, 23, 59, 58])
    // Beyond the last day of the century another one begins, until somebody sets something.
    set([99, 12, 31, 5, 23, 59, 59])
    crystal.pass(seconds: 1)
    #expect(time == [0, 1, 1, 6, 0, 0, 0])
    set([0, 2, 29, 5, 12, 0, 0])
    #expect(time == [0, 2, 29, 5, 12, 0, 0])
  }

  @Test("The host's time is that of a clock without a crystal of its own")
  func host() {
    let before = HostClock.ticks() >> 15
    let clock = RealTimeClock()
    // Binary; then SET, so that all registers are of one moment.
    _ = clock.write(0x0B, at: 0, size: 1)
    _ = clock.write(0x06, at: 1, size: 1)
    _ = clock.write(0x86, at: 1, size: 1)
    let after = HostClock.ticks() >> 15
    let registers = [0, 2, 4, 7, 8, 9].map { (register: UInt64) -> Int in
      _ = clock.write(register, at: 0, size: 1)
      return Int(clock.read(at: 1, size: 1) ?? 0)
    }
    let time = CalendarTime(
      year: 2000 + registers[5], month: registers[4], day: registers[3], hour: registers[2],
      minute: registers[1], second: registers[0])
    #expect((before...after).contains(time.seconds))
  }

  // MARK: Flags and interrupts

  @Test("An update is under way in the last eight ticks of a second")
  func updating() {
    crystal.ticks += 32767 - 8
    #expect(read(0xA) == 0x26)
    crystal.ticks += 1
    #expect(read(0xA) == 0xA6)
    crystal.ticks += 8
    #expect(read(0xA) == 0x26)
  }

  @Test("Flags tell what has happened, once")
  func flags() {
    #expect(read(0xD) == 0x80)
    #expect(read(0xC) == 0)
    // A period of 32 ticks.
    crystal.ticks += 31
    #expect(read(0xC) == 0)
    crystal.ticks += 1
    #expect(read(0xC) == 0x40)
    #expect(read(0xC) == 0)
    write(0xA, 0x20)
    crystal.pass(seconds: 1)
    #expect(read(0xC) == 0x10)
    #expect(read(0xC) == 0)
  }

  @Test(
    "The rate is a power of two of the crystal's, and those of 1 and 2 are those of 8 and 9",
    arguments: [(1, 128), (2, 256), (3, 4), (6, 32), (8, 128), (15, 16384)] as [(UInt8, Int64)])
  func rates(rate: UInt8, period: Int64) {
    write(0xA, 0x20 | rate)
    write(0xB, 0x42)
    #expect(clock.ticksToInterrupt == period)
    crystal.ticks += period - 1
    #expect(!clock.assertsInterrupt)
    #expect(clock.ticksToInterrupt == 1)
    crystal.ticks += 1
    #expect(clock.assertsInterrupt)
    #expect(clock.ticksToInterrupt == nil)
    #expect(read(0xC) == 0xC0)
    #expect(!clock.assertsInterrupt)
  }

  @Test("The alarm comes at its time, each of whose parts can be any")
  func alarm() {
    write(0xA, 0x20)
    write(1, 0x01)
    write(3, 0x00)
    write(5, 0xC0)
    write(0xB, 0x22)
    #expect(clock.ticksToInterrupt == 1 << 15)
    crystal.pass(seconds: 2)
    #expect(!clock.assertsInterrupt)
    crystal.pass(seconds: 1)
    #expect(clock.assertsInterrupt)
    #expect(read(0xC) == 0x80 | 0x20 | 0x10)
    // An hour less a second, then an hour.
    crystal.pass(seconds: 3599)
    #expect(read(0xC) == 0x10)
    crystal.pass(seconds: 1)
    #expect(read(0xC) == 0xB0)
  }

  @Test("Nothing is updated while the clock is stopped, and nothing is pending without a cause")
  func noCause() {
    write(0xA, 0x20)
    write(0xB, 0x92)
    crystal.pass(seconds: 5)
    #expect(read(0xC) == 0)
    #expect(clock.ticksToInterrupt == nil)
    write(0xB, 0x12)
    #expect(clock.ticksToInterrupt == 1 << 15)
  }
}
