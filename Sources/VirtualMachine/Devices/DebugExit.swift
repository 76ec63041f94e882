/// A port with which a guest ends itself, as QEMU's `isa-debug-exit` is one.
public final class DebugExit: Device {
  /// What the guest wrote first, or `nil` while it has not.
  public private(set) var value: UInt8?

  /// Creates a port to which nothing was written.
  public init() {}

  /// Four bytes: the guest may write with any width.
  public var dataPathWidth: Int { 4 }

  /// Is not claimed: the port cannot be read.
  public func read(at offset: UInt64, size: Int) -> UInt64? { nil }

  /// Takes the low byte of a write to the first port.
  public func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    guard offset == 0 else { return false }
    // A string may come as a whole: the guest has ended with its first element.
    self.value = self.value ?? UInt8(truncatingIfNeeded: value)
    return true
  }
}
