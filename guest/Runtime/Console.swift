import CX86
import GuestProtocol

/// The first serial port, a 16550 at 0x3F8.
///
/// A write costs an exit, and so does asking whether there is room: bytes are kept until the
/// transmitter's FIFO of 16 can be filled at once, or a line ends.
struct Console: ByteSink {
  private static let base: UInt16 = 0x3F8
  private static let transmitterEmpty: UInt8 = 1 << 5
  private static let fifoSize = 16

  private var buffer = InlineArray<16, UInt8>(repeating: 0)
  private var count = 0

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
    buffer[count] = byte
    count += 1
    if count == Self.fifoSize || byte == UInt8(ascii: "\n") { flush() }
  }

  mutating func flush() {
    guard count > 0 else { return }
    // A port that is never ready must not hang the run: what it loses, the host misses.
    var patience = 10_000
    while x86_in8(Self.base + 5) & Self.transmitterEmpty == 0, patience > 0 { patience -= 1 }
    withUnsafePointer(to: &buffer) { pointer in
      pointer.withMemoryRebound(to: UInt8.self, capacity: Self.fifoSize) {
        x86_outs8(Self.base, $0, UInt(count))
      }
    }
    count = 0
  }
}
