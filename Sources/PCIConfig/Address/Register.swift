/// The offset of a register in a function's configuration space, 0 to 4095.
///
/// The first 256 bytes are what conventional PCI defines; the rest is the extended configuration
/// space of PCI Express (PCI Express Base Specification 6.0, 7.2).
public struct Register: Hashable, Sendable {
  /// The offset in bytes, 0 to 4095.
  public let offset: UInt16

  /// Creates a register from its offset.
  ///
  /// - Parameter offset: The offset in bytes, 0 to 4095.
  /// - Throws: ``AddressError/registerOutOfRange(_:)``.
  public init(_ offset: UInt16) throws(AddressError) {
    guard offset < 4096 else { throw .registerOutOfRange(offset) }
    self.offset = offset
  }

  /// Whether only extended configuration space has this register: its offset is 256 or more.
  public var isExtended: Bool { offset >= 256 }
}

extension Register: ExpressibleByIntegerLiteral {
  /// Creates a register from a literal offset, 0 to 4095; another literal traps.
  public init(integerLiteral offset: UInt16) {
    precondition(offset < 4096, "a register offset is at most 4095")
    self.offset = offset
  }
}

extension Register: Comparable {
  /// Orders by offset.
  public static func < (left: Register, right: Register) -> Bool { left.offset < right.offset }
}

extension Register: CustomStringConvertible {
  /// The offset as `0x0c` or `0x100`.
  public var description: String { "0x" + hexadecimal(offset, digits: 2) }
}

/// Registers that every header has (PCI Local Bus Specification 3.0, 6.1).
extension Register {
  /// Vendor ID, 16 bits; 0xFFFF where no function answers.
  public static let vendorID: Register = 0x00
  /// Device ID, 16 bits.
  public static let deviceID: Register = 0x02
  /// Command, 16 bits.
  public static let command: Register = 0x04
  /// Status, 16 bits.
  public static let status: Register = 0x06
  /// Revision ID, 8 bits, below the class code, 24 bits.
  public static let revisionID: Register = 0x08
  /// Header type, 8 bits: layout in bits 6:0, multi-function in bit 7.
  public static let headerType: Register = 0x0E
  /// The first base address register of header types 0 and 1, 32 bits.
  public static let baseAddress0: Register = 0x10
  /// Expansion ROM base address of header type 0, 32 bits.
  public static let expansionROM: Register = 0x30
  /// Capabilities pointer, 8 bits.
  public static let capabilities: Register = 0x34
  /// Interrupt line, 8 bits.
  public static let interruptLine: Register = 0x3C
  /// Interrupt pin, 8 bits.
  public static let interruptPin: Register = 0x3D
}
