import CX86
import GuestProtocol

/// The first serial port, a 16550 at 0x3F8.
///
/// Asking whether there is room costs an exit as every byte does, so it is asked once for what the
/// transmitter's FIFO holds.
struct Console: RecordSink {
  private static let base: UInt16 = 0x3F8
  private static let transmitterEmpty: UInt8 = 1 << 5
  private static let fifoSize = 16

  /// How many bytes the FIFO can take.
  private var room = 0

  /// Sets 115,200 baud, 8 bits, no parity, FIFOs on, no interrupts. Emulators that follow the
  /// hardware send 5-bit characters until somebody does.
  init() {
    x86_out8(Self.base + 1, 0)
    x86_out8(Self.base + 3, 0x80)
    x86_out8(Self.base, 1)
    x86_out8(Self.base + 1, 0)
    x86_out8(Self.base + 3, 3)
    x86_out8(Self.base + 2, 7)
  }

  mutating func write(_ byte: UInt8) {
    if room == 0 { waitForRoom() }
    x86_out8(Self.base, byte)
    room -= 1
  }

  mutating func write(_ text: StaticString) {
    var position = text.utf8Start
    var remaining = text.utf8CodeUnitCount
    while remaining > 0 {
      if room == 0 { waitForRoom() }
      let count = min(room, remaining)
      x86_outs8(Self.base, position, UInt(count))
      position += count
      remaining -= count
      room -= count
    }
  }

  private mutating func waitForRoom() {
    // A port that is never ready must not hang the run: what it loses, the host misses.
    var patience = 10_000
    while x86_in8(Self.base + 5) & Self.transmitterEmpty == 0, patience > 0 { patience -= 1 }
    room = Self.fifoSize
  }
}
