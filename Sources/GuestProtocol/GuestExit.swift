/// How a guest says that it has ended: the value that it writes to ``port``.
///
/// A monitor with QEMU's `isa-debug-exit` there ends with status `(value << 1) | 1`. No value is
/// zero, so that the status of a guest that has ended differs from 0 and from QEMU's own 1.
public enum GuestExit: UInt8, CaseIterable, Sendable {
  /// Every selected check has reported.
  case finished = 0x10
  /// The processor raised an exception, traps of Swift code included.
  case trapped = 0x11
  /// The runtime gave up, after it said why.
  case panicked = 0x12

  /// The port, written with 8 bits.
  public static let port: UInt16 = 0xF4

  /// The status of the monitor's process: `(value << 1) | 1`.
  public var status: Int32 { Int32(rawValue) << 1 | 1 }
}
