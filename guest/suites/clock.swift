// The real-time clock with its memory behind ports 0x70 and 0x71: the pair of accesses that
// monitors make cheap by letting the index wait. MC146818A is Motorola's data sheet.

import CX86
import GuestProtocol
import PCIConfig
import Runtime

@c(guest_main) func guestMain() { run(checks) }

private let sheet: StaticString = "MC146818A"
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

private let checks = [
  Check("clock.index.pairs", sheet, wants: .count(0)) { () throws(Missing) in
    try withPattern(scratch) {
      var differences = 0
      for byte in scratch where read(byte) != pattern(byte) { differences += 1 }
      return differences
    }
  },
  // More indexes than a ring of KVM's holds; the last one counts.
  Check("clock.index.last-of-many", sheet, wants: .count(0)) { () throws(Missing) in
    try withPattern(scratch) {
      var differences = 0
      for last in [UInt8(0x40), 0x55, 0x7F] {
        for step in 0..<200 { choose(0x40 + UInt8(step & 0x3F)) }
        if read(last) != pattern(last) { differences += 1 }
      }
      return differences
    }
  },
  Check("clock.index.last-of-string", sheet, wants: .count(0)) { () throws(Missing) in
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
  Check("clock.memory.size", sheet, wants: .count(0)) { () throws(Missing) in
    try withPattern(0x0E...0x7F) {
      var differences = 0
      for byte in UInt8(0x0E)...0x7F where read(byte) != pattern(byte) {
        if byte != 0x32 && byte != 0x37 { differences += 1 }
      }
      return differences
    }
  },
  Check("clock.time.format", sheet) { () throws(Missing) in
    try clock()
    let isBinary = read(0x0B) & 4 != 0
    // Seconds, minutes, day, month: where one of them is no BCD, the time is binary.
    var isTime = true
    for (register, limit) in [(UInt8(0x00), UInt8(59)), (0x02, 59), (0x07, 31), (0x08, 12)] {
      let value = read(register)
      let number = isBinary ? value : (value >> 4) * 10 + value & 0x0F
      if number > limit || !isBinary && value & 0x0F > 9 { isTime = false }
    }
    // Years from 10 on differ in the two formats, and so far no machine is older.
    let year = read(0x09)
    if !isBinary && (year & 0x0F > 9 || year >> 4 < 2) { isTime = false }
    return .expect("a time in register B's format", .bits8(UInt32(year)), isTime)
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
  // A periodic interrupt sets its flag, which the first reading clears.
  Check("clock.flags.cleared", sheet, wants: .bits8(0)) { () throws(Missing) in
    try clock()
    let (rate, control) = (read(0x0A), read(0x0B))
    write(0x0A, 0x26)
    write(0x0B, control | 0xC0)
    var patience = 10_000
    choose(0x0C)
    while x86_in8(data) & 0x40 == 0, patience > 0 { patience -= 1 }
    write(0x0A, 0x20)
    _ = read(0x0C)
    let flags = read(0x0C)
    write(0x0A, rate & 0x7F)
    write(0x0B, control)
    return .bits8(UInt32(flags))
  },
  Check("clock.power.valid", sheet, wants: .bits8(0x80)) { () throws(Missing) in
    try clock()
    return .bits8(UInt32(read(0x0D)))
  },
]
