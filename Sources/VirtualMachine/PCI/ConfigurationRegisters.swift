/// The registers of a PCI function as data: what they hold, which bits can be written, and which
/// are cleared by writing ones.
public struct ConfigurationRegisters: Equatable, Sendable {
  /// What they hold.
  private(set) var bytes: [UInt8]
  private var writable: [UInt8]
  private var clearable: [UInt8]

  /// How many bytes there are.
  public enum Extent: Int, Sendable {
    /// What conventional PCI defines: 256 bytes (PCI Local Bus Specification 3.0, 6.1).
    case conventional = 256
    /// With the extended space of PCI Express: 4096 bytes (PCI Express Base Specification 6.0,
    /// 7.2).
    case extended = 4096
  }

  /// Creates registers that are zero and read-only.
  ///
  /// - Parameter extent: How many bytes there are.
  public init(_ extent: Extent) {
    bytes = Array(repeating: 0, count: extent.rawValue)
    writable = bytes
    clearable = bytes
  }

  /// The number of bytes: 256 or 4096.
  public var count: Int { bytes.count }

  /// Reads, as a guest does.
  ///
  /// - Parameters:
  ///   - offset: The first byte.
  ///   - size: The number of bytes, 1 to 4.
  /// - Returns: The value, or `nil` where a byte lies beyond the end.
  public func read(at offset: Int, size: Int) -> UInt32? {
    guard offset >= 0, offset + size <= count else { return nil }
    var value: UInt32 = 0
    for index in 0..<size { value |= UInt32(bytes[offset + index]) << (8 * UInt32(index)) }
    return value
  }

  /// Writes, as a guest does: only writable bits change, and ones clear what is cleared so.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - offset: The first byte.
  ///   - size: The number of bytes, 1 to 4. A write beyond the end changes nothing.
  public mutating func write(_ value: UInt32, at offset: Int, size: Int) {
    guard offset >= 0, offset + size <= count else { return }
    for index in 0..<size {
      let byte = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))
      let mask = writable[offset + index]
      let old = bytes[offset + index]
      bytes[offset + index] = (old & ~mask | byte & mask) & ~(byte & clearable[offset + index])
    }
  }

  /// Sets a register, as the function itself does, and what guests can do with it.
  ///
  /// - Parameters:
  ///   - offset: The first byte; all must lie within the space, others trap.
  ///   - value: The value, little-endian, as wide as its type.
  ///   - writable: The bits that guests can write; as they are where `nil`.
  ///   - clearable: The bits that guests clear by writing ones; as they are where `nil`.
  public mutating func set<Integer: FixedWidthInteger & UnsignedInteger>(
    _ offset: Int, to value: Integer, writable: Integer? = nil, clearable: Integer? = nil
  ) {
    let size = Integer.bitWidth / 8
    precondition(
      offset >= 0 && offset + size <= count, "register \(offset) in a space of \(count) bytes")
    for index in 0..<size {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> Integer(8 * index))
    }
    allow(offset, writable: writable, clearable: clearable)
  }

  /// Sets what guests can do with a register, which holds what it did.
  ///
  /// - Parameters:
  ///   - offset: The first byte; all must lie within the space, others trap.
  ///   - writable: The bits that guests can write, little-endian; as they are where `nil`.
  ///   - clearable: The bits that guests clear by writing ones; as they are where `nil`.
  public mutating func allow<Integer: FixedWidthInteger & UnsignedInteger>(
    _ offset: Int, writable: Integer? = nil, clearable: Integer? = nil
  ) {
    for index in 0..<Integer.bitWidth / 8 {
      if let writable {
        self.writable[offset + index] = UInt8(truncatingIfNeeded: writable >> Integer(8 * index))
      }
      if let clearable {
        self.clearable[offset + index] = UInt8(truncatingIfNeeded: clearable >> Integer(8 * index))
      }
    }
  }

  /// The bits of a register of 16 bits that guests can write.
  func writable(_ offset: Int) -> UInt16 {
    UInt16(writable[offset + 1]) << 8 | UInt16(writable[offset])
  }

  /// A register of 8 bits.
  public func byte(_ offset: Int) -> UInt8 { bytes[offset] }

  /// A register of 16 bits.
  public func word(_ offset: Int) -> UInt16 {
    UInt16(bytes[offset + 1]) << 8 | UInt16(bytes[offset])
  }

  /// A register of 32 bits.
  public func doubleword(_ offset: Int) -> UInt32 {
    UInt32(word(offset + 2)) << 16 | UInt32(word(offset))
  }
}
