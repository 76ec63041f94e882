/// The ACPI table that lists ECAM regions (PCI Firmware Specification 3.3, 4.1.2).
///
/// Any bytes can be given: what is not a table is an error, never a trap. Whether an entry makes
/// sense is asked of each entry.
public struct MCFG: Equatable, Sendable {
  /// The regions that the table claims, in its order.
  public let entries: [MCFGEntry]
  /// Whether the bytes of the table add up to zero, modulo 256 (ACPI 6.5, 5.2.6).
  public let hasValidChecksum: Bool
  /// The bytes behind the last whole entry, 0 to 15.
  public let trailingByteCount: Int

  /// The size of the ACPI header and the eight reserved bytes behind it.
  public static let headerByteCount = 44

  /// Reads a table.
  ///
  /// - Parameter bytes: The table from its signature on; what lies beyond its length is ignored.
  /// - Throws: ``MCFGError``.
  public init(_ bytes: [UInt8]) throws(MCFGError) {
    guard bytes.count >= Self.headerByteCount else { throw .tooShort(bytes.count) }
    guard bytes[0] == 0x4D, bytes[1] == 0x43, bytes[2] == 0x46, bytes[3] == 0x47 else {
      throw .signature(littleEndian(bytes, 0, 4))
    }
    let length = Int(littleEndian(bytes, 4, 4))
    guard length >= Self.headerByteCount, length <= bytes.count else {
      throw .length(length, available: bytes.count)
    }
    var sum: UInt8 = 0
    for index in 0..<length { sum &+= bytes[index] }
    hasValidChecksum = sum == 0
    trailingByteCount = (length - Self.headerByteCount) % MCFGEntry.byteCount
    var entries: [MCFGEntry] = []
    var offset = Self.headerByteCount
    while offset + MCFGEntry.byteCount <= length {
      entries.append(
        MCFGEntry(
          base: littleEndian(bytes, offset, 8),
          segment: UInt16(littleEndian(bytes, offset + 8, 2)),
          firstBus: bytes[offset + 10], lastBus: bytes[offset + 11]))
      offset += MCFGEntry.byteCount
    }
    self.entries = entries
  }
}

/// One entry of the MCFG table, as it is written there.
public struct MCFGEntry: Hashable, Sendable {
  /// The address of bus 0, whatever the first bus is.
  public let base: UInt64
  /// The PCI segment group, 16 bits.
  public let segment: UInt16
  /// The first bus that the region decodes.
  public let firstBus: UInt8
  /// The last bus that the region decodes.
  public let lastBus: UInt8

  /// The size of an entry.
  public static let byteCount = 16

  /// Creates an entry; any values can be in a table.
  public init(base: UInt64, segment: UInt16, firstBus: UInt8, lastBus: UInt8) {
    self.base = base
    self.segment = segment
    self.firstBus = firstBus
    self.lastBus = lastBus
  }

  /// The region that the entry claims.
  ///
  /// - Throws: ``ECAMRegionError``.
  public func region() throws(ECAMRegionError) -> ECAMRegion {
    guard firstBus <= lastBus else { throw .reversedBuses(firstBus, lastBus) }
    return try ECAMRegion(base: base, segment: UInt32(segment), buses: firstBus...lastBus)
  }
}

/// Why bytes are not an MCFG table.
public enum MCFGError: Error, Equatable, Sendable {
  /// Fewer bytes than the header has.
  case tooShort(Int)
  /// Another signature, its four bytes little-endian.
  case signature(UInt64)
  /// A length that is less than the header or more than the bytes that are there.
  case length(Int, available: Int)
}

extension MCFGError: CustomStringConvertible {
  /// What was found and what was expected, in one line.
  public var description: String {
    switch self {
    case .tooShort(let count): "\(count) bytes: expected at least \(MCFG.headerByteCount)"
    case .signature(let signature):
      "signature 0x\(hexadecimal(signature, digits: 8)): expected 0x4746434d, MCFG"
    case .length(let length, let available):
      "length \(length): expected \(MCFG.headerByteCount) to \(available)"
    }
  }
}

/// The unsigned number of `count` bytes, at most 8, at an offset that the caller has checked.
private func littleEndian(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
  var value: UInt64 = 0
  for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
  return value
}
