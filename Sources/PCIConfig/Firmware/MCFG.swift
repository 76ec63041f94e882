/// The ACPI table that lists ECAM regions (PCI Firmware Specification 3.3, 4.1.2), decoded and
/// judged.
///
/// Any bytes can be given. What is wrong with them is told by ``findings``; which of these is
/// fatal, the caller decides.
public struct MCFG: Equatable, Sendable {
  /// The table as it was given, and whatever lies behind it.
  public let bytes: [UInt8]
  /// The entries that are wholly there, in the order of the table, also those that are no region.
  /// None where the bytes do not begin with the header of this table.
  public let entries: [MCFGEntry]

  /// The size of the ACPI header and the eight reserved bytes behind it.
  public static let headerByteCount = 44

  /// The first four bytes, little-endian: `MCFG`.
  public static let signature: UInt32 = 0x4746_434D

  /// Decodes a table.
  ///
  /// - Parameter bytes: The table from its signature on, any number of bytes.
  public init(_ bytes: [UInt8]) {
    var entries: [MCFGEntry] = []
    var offset = Self.headerByteCount
    let end = Self.end(of: bytes)
    while end - offset >= MCFGEntry.byteCount {
      entries.append(
        MCFGEntry(
          base: bytes.littleEndian(at: offset, count: 8),
          segment: UInt16(bytes.littleEndian(at: offset + 8, count: 2)),
          firstBus: bytes[offset + 10], lastBus: bytes[offset + 11]))
      offset += MCFGEntry.byteCount
    }
    self.bytes = bytes
    self.entries = entries
  }

  /// Where the entries end; 0 where the header is none of this table.
  private static func end(of bytes: [UInt8]) -> Int {
    guard bytes.count >= headerByteCount,
      UInt32(bytes.littleEndian(at: 0, count: 4)) == signature
    else { return 0 }
    let length = Int(bytes.littleEndian(at: 4, count: 4))
    return length < headerByteCount ? 0 : min(length, bytes.count)
  }

  /// Who issued a table: what Linux's ECAM discovery looks at in its header.
  public struct Issuer: Equatable, Sendable {
    /// The revision of the table.
    public var revision: UInt8
    /// Whether the OEM ID begins with `SGI`, whose regions above 4 GiB are taken whatever the
    /// revision and the firmware's date.
    public var isSGI: Bool

    /// Creates an issuer; a table as the specification has it where nothing else is given.
    public init(revision: UInt8 = 1, isSGI: Bool = false) {
      self.revision = revision
      self.isSGI = isSGI
    }
  }

  /// The issuer, as Linux looks at it (ACPI 6.5, 5.2.6); `nil` where the header is not whole.
  public var issuer: Issuer? {
    guard bytes.count >= Self.headerByteCount else { return nil }
    return Issuer(
      revision: bytes[8],
      isSGI: bytes[10] == UInt8(ascii: "S") && bytes[11] == UInt8(ascii: "G")
        && bytes[12] == UInt8(ascii: "I"))
  }

  /// How many of some bytes belong to the table: its length, and at least its header.
  ///
  /// - Parameter bytes: The bytes, from the table's first on.
  public static func byteCount(of bytes: [UInt8]) -> Int {
    guard bytes.count >= headerByteCount else { return bytes.count }
    let length = Int(bytes.littleEndian(at: 4, count: 4))
    return min(max(length, headerByteCount), bytes.count)
  }

  /// What is wrong or remarkable: first the table as a whole, then entry by entry.
  public var findings: [MCFGFinding] {
    var findings: [MCFGFinding] = []
    judgeHeader(&findings)
    for (index, entry) in entries.enumerated() {
      let offset = Self.headerByteCount + MCFGEntry.byteCount * index + 12
      entry.judge(
        index: index, reserved: UInt32(bytes.littleEndian(at: offset, count: 4)), &findings)
    }
    MCFGFinding.judgeTogether(entries, &findings)
    return findings
  }

  /// Judges the table as a whole.
  private func judgeHeader(_ findings: inout [MCFGFinding]) {
    guard bytes.count >= Self.headerByteCount else {
      findings.append(.tooShort(byteCount: bytes.count))
      return
    }
    let signature = UInt32(bytes.littleEndian(at: 0, count: 4))
    guard signature == Self.signature else {
      findings.append(.wrongSignature(signature))
      return
    }
    let length = Int(bytes.littleEndian(at: 4, count: 4))
    guard length >= Self.headerByteCount else {
      findings.append(.lengthTooSmall(length))
      return
    }
    if bytes[8] != 1 { findings.append(.unknownRevision(bytes[8])) }
    guard length <= bytes.count else {
      findings.append(.truncated(length: length, available: bytes.count))
      return
    }
    let sum = bytes.sum(0..<length)
    if sum != 0 { findings.append(.wrongChecksum(sum: sum)) }
    if length - Self.headerByteCount < MCFGEntry.byteCount { findings.append(.noEntries) }
    let rest = (length - Self.headerByteCount) % MCFGEntry.byteCount
    if rest > 0 { findings.append(.partialEntry(byteCount: rest)) }
    if bytes.count > length { findings.append(.bytesAfterTable(byteCount: bytes.count - length)) }
  }
}
