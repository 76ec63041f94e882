/// Memory on a bus: what was written is read back.
public final class Scratchpad: Device {
  private var bytes: [UInt8]
  private let isWritable: Bool

  /// Creates memory.
  ///
  /// - Parameters:
  ///   - bytes: What it holds at first; not empty.
  ///   - isWritable: Whether writes change it. They are claimed in any case.
  public init(_ bytes: [UInt8], isWritable: Bool = true) {
    precondition(!bytes.isEmpty, "a scratchpad has at least one byte")
    self.bytes = bytes
    self.isWritable = isWritable
  }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// Eight bytes.
  public var dataPathWidth: Int { 8 }

  /// Reads memory; not claimed where an access runs beyond its end.
  public func read(at offset: UInt64, size: Int) -> UInt64? {
    guard contains(offset, size) else { return nil }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[Int(offset) + index]) << (8 * UInt64(index)) }
    return value
  }

  /// Writes memory; not claimed where an access runs beyond its end.
  public func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    guard contains(offset, size) else { return false }
    if isWritable {
      for index in 0..<size {
        bytes[Int(offset) + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
      }
    }
    return true
  }

  private func contains(_ offset: UInt64, _ size: Int) -> Bool {
    offset <= UInt64(bytes.count) && size <= bytes.count - Int(offset)
  }
}
