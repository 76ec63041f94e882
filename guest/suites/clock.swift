// The real-time clock with its memory behind ports 0x70 and 0x71: the pair of accesses that
// monitors make cheap by letting the index wait. MC146818A is Motorola's data sheet.

import CX86
import GuestProtocol
import PCIConfig
import Runtime

private let sheet: StaticString = "MC146818A"
/// That chip has 64 bytes; chipsets have 128 behind the same ports.
private let bank: StaticString = "Intel 316972 RTC standard bank"
private let index: UInt16 = 0x70
private let data: UInt16 = 0x71

private func choose(_ register: UInt8) { x86_out8(index, register) }

private func read(_ register: UInt8) -> UInt8 {
  choose(register)
  return x86_in8(data)
}

private func write(_ register: UInt8, _ value: UInt8) {
  choose(register)
  x86_out8(data, value)
}

/// Register D holds nothing but the bit that says that the power has not failed.
private func clock() throws(Missing) {
  guard read(0x0D) & 0x7F == 0 else { throw Missing("clock") }
}

/// Gives every byte of memory behind the registers a value of its own while something is done.
private func withPattern(
  _ bytes: ClosedRange<UInt8>, _ body: () -> Int
) throws(Missing) -> ReportedValue {
  try clock()
  var before: [UInt8] = []
  for byte in bytes { before.append(read(byte)) }
  for byte in bytes { write(byte, pattern(byte)) }
  let result = body()
  for (offset, value) in before.enumerated() { write(bytes.lowerBound + UInt8(offset), value) }
  return .count(result)
}

private func pattern(_ byte: UInt8) -> UInt8 { byte &* 0x9D &+ 0x35 }

private let scratch: ClosedRange<UInt8> = 0x40...0x7F

/// A register that holds a part of the time, and what it holds.
private struct Number {
  let register: UInt8
  let value: UInt8
}

/// How often a register is read at most until a bit of it changes, which takes up to 2 ms: a
/// translator reads it in 50 ns, a monitor on KVM in 10 µs.
private let patience = 2_000_000

/// Waits until the registers do not change for 244 µs at least.
private func waitForUpdate() {
  var patience = patience
  while read(0x0A) & 0x80 != 0, patience > 0 { patience -= 1 }
}

/// Stops the clock, and reads seconds, minutes, hours, day, month and year.
private func stopped(_ control: UInt8) -> [Number] {
  waitForUpdate()
  write(0x0B, control | 0x80)
  return [UInt8(0x00), 0x02, 0x04, 0x07, 0x08, 0x09]
    .map { Number(register: $0, value: read($0)) }
}

/// Stops the clock, sets it, and gives register B a value with which it goes on or not.
private func set(_ time: [Number], _ control: UInt8) {
  write(0x0B, control | 0x80)
  for number in time { write(number.register, number.value) }
  write(0x0B, control)
}

/// The checks of the suite.
public let checks: [Check] = [
  Check("clock.index.pairs", bank, wants: .count(0)) { () throws(Missing) in
    try withPattern(scratch) {
      var differences = 0
      for byte in scratch where read(byte) != pattern(byte) { differences += 1 }
      return differences
    }
  },
  // More indexes than a ring of KVM's holds; the last one counts.
  Check("clock.index.last-of-many", bank, wants: .count(0)) { () throws(Missing) in
    try withPattern(scratch) {
      var differences = 0
      for last in [UInt8(0x40), 0x55, 0x7F] {
        for step in 0..<200 { choose(0x40 + UInt8(step & 0x3F)) }
        if read(last) != pattern(last) { differences += 1 }
      }
      return differences
    }
  },
  Check("clock.index.last-of-string", bank, wants: .count(0)) { () throws(Missing) in
    try withPattern(scratch) {
      let string: [UInt8] = [0x41, 0x42, 0x43, 0x7E, 0x60]
      string.withUnsafeBufferPointer { bytes in
        if let start = bytes.baseAddress { x86_outs8(index, start, UInt(bytes.count)) }
      }
      return x86_in8(data) == pattern(0x60) ? 0 : 1
    }
  },
  // Bit 7 belongs to the processor's NMI, not to the index.
  Check("clock.index.bit-7", "Intel 313056 LPC NMI_EN", wants: .count(0)) { () throws(Missing) in
    try withPattern(scratch) {
      var differences = 0
      for byte in scratch where read(byte | 0x80) != pattern(byte) { differences += 1 }
      choose(0)
      return differences
    }
  },
  Check(observing: "clock.index.read", sheet) { () throws(Missing) in
    try clock()
    choose(0x0D)
    return .bits8(UInt32(x86_in8(index)))
  },
  // Two byte accesses on an ISA bus: index and data.
  Check(observing: "clock.index.word-write", sheet) { () throws(Missing) in
    try withPattern(scratch) {
      choose(0x41)
      x86_out16(index, 0x7740)
      let value = read(0x40)
      return value == 0x77 ? 2 : value == pattern(0x40) ? 1 : 0
    }
  },
  // Bytes 32h and 37h are where clocks have the century.
  Check("clock.memory.size", bank, wants: .count(0)) { () throws(Missing) in
    try withPattern(0x0E...0x7F) {
      var differences = 0
      for byte in UInt8(0x0E)...0x7F where read(byte) != pattern(byte) {
        if byte != 0x32 && byte != 0x37 { differences += 1 }
      }
      return differences
    }
  },
  // What the clock shows has digits of register B's format, and so has what it makes of another
  // time, whose digits are no others'.
  Check("clock.time.format", sheet) { () throws(Missing) in
    try clock()
    let control = read(0x0B)
    let isBinary = control & 4 != 0
    let before = stopped(control)
    defer { set(before, control) }
    for (number, limit) in zip(before, [UInt8(59), 59, 23, 31, 12, 99]) {
      // Bit 7 of an hour from 1 to 12 says that it is after noon.
      let isHalfDay = number.register == 0x04 && control & 2 == 0
      let number = isHalfDay ? number.value & 0x7F : number.value
      let isValid =
        isBinary
        ? number <= limit : number & 0x0F <= 9 && (number >> 4) * 10 + number & 0x0F <= limit
      if !isValid {
        return .expect("numbers in register B's format", .bits8(UInt32(number)), false)
      }
    }
    // Half past ten on October 10th of a year 10, which is no other hour, day or month in the other
    // format.
    let ten: UInt8 = isBinary ? 10 : 0x10
    set(
      [(0x00, 0), (0x02, ten), (0x04, ten), (0x07, ten), (0x08, ten), (0x09, ten)]
        .map { Number(register: $0.0, value: $0.1) }, control & 0x7F)
    waitForUpdate()
    var saw: UInt32 = 0
    for register in [UInt8(0x09), 0x08, 0x07, 0x04] { saw = saw << 8 | UInt32(read(register)) }
    return .compare(.bits32(UInt32(ten) * 0x0101_0101), .bits32(saw))
  },
  // While register B's SET stops the updates, the time is what was written.
  Check("clock.time.set", sheet, wants: .bits16(0x1223)) { () throws(Missing) in
    try clock()
    let control = read(0x0B)
    write(0x0B, control | 0x80)
    let minutes = read(0x02)
    let hours = read(0x04)
    write(0x02, 0x23)
    write(0x04, 0x12)
    let saw = UInt32(read(0x04)) << 8 | UInt32(read(0x02))
    write(0x02, minutes)
    write(0x04, hours)
    write(0x0B, control)
    return .bits16(saw)
  },
  // A period's end sets its flag, which the first reading clears.
  Check("clock.flags.cleared", sheet, wants: .bits8(0)) { () throws(Missing) in
    try clock()
    let (rate, control) = (read(0x0A), read(0x0B))
    write(0x0A, 0x26)
    write(0x0B, control | 0xC0)
    var patience = patience
    var isSet = false
    choose(0x0C)
    while !isSet, patience > 0 {
      isSet = x86_in8(data) & 0x40 != 0
      patience -= 1
    }
    write(0x0A, 0x20)
    _ = read(0x0C)
    let flags = read(0x0C)
    write(0x0A, rate & 0x7F)
    write(0x0B, control)
    return isSet ? .bits8(UInt32(flags)) : .text("never-set")
  },
  Check("clock.power.valid", sheet, wants: .bits8(0x80)) { () throws(Missing) in
    try clock()
    return .bits8(UInt32(read(0x0D)))
  },
]
