/// CONFIG_ADDRESS of configuration mechanism #1.
///
/// Only doubleword accesses reach it; all others are ordinary I/O, which nobody claims. Bits 30:24
/// and 1:0 are read-only zeros (PCI Local Bus Specification 3.0, 3.2.2.3.2).
public final class ConfigurationAddressPort: Device {
  /// What the register holds.
  public private(set) var latch: UInt32 = 0

  init() {}

  /// Four bytes.
  public var dataPathWidth: Int { 4 }

  /// Reads the register.
  public func read(at offset: UInt64, size: Int) -> UInt64? {
    size == 4 ? UInt64(latch) : nil
  }

  /// Writes the register.
  public func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    guard size == 4 else { return false }
    latch = UInt32(truncatingIfNeeded: value) & 0x80FF_FFFC
    return true
  }
}
