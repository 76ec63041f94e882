/// Something that answers accesses to a range of addresses.
///
/// A device sees offsets into its range and never learns where the range lies. It also never makes
/// up values for what it does not implement: it declines, and the bus decides what is read then.
public protocol Device: AnyObject {
  /// The width of the device's data path in bytes: 1, 2, 4 or 8.
  ///
  /// A bus cuts accesses at multiples of it, as bridges do for narrower devices: no access that a
  /// device sees crosses such a boundary.
  var dataPathWidth: Int { get }

  /// Reads.
  ///
  /// - Parameters:
  ///   - offset: The offset of the first byte in the device's range.
  ///   - size: The number of bytes: 1 to ``dataPathWidth``, and 3 where an access had to be cut so.
  /// - Returns: The value, whose bits beyond the size are ignored; `nil` where the device does not
  ///   claim the access.
  func read(at offset: UInt64, size: Int) -> UInt64?

  /// Writes.
  ///
  /// - Parameters:
  ///   - value: The value; bits beyond the size are zero.
  ///   - offset: The offset of the first byte in the device's range.
  ///   - size: The number of bytes, as for reads.
  /// - Returns: Whether the device claims the access.
  @discardableResult
  func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool
}
