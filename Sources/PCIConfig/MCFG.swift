/// The ACPI table that lists ECAM regions (PCI Firmware Specification 3.3, 4.1.2), decoded and
/// judged.
///
/// Any bytes can be given. What is wrong with them is told by ``findings``; which of these is
/// fatal, the caller decides.
public struct MCFG: Equatable, Sendable {
  /// The entries that are wholly there, in the order of the table, also those that are no region.
  /// None where the bytes do not begin with the header of this table.
  public let entries: [MCFGEntry]
  /// What is wrong or remarkable: first the table as a whole, then entry by entry.
  public let findings: [MCFGFinding]

  /// The size of the ACPI header and the eight reserved bytes behind it.
  public static let headerByteCount = 44

  /// The first four bytes, little-endian: `MCFG`.
  public static let signature: UInt32 = 0x4746_434D

  /// Decodes and judges a table.
  ///
  /// - Parameter bytes: The table from its signature on, any number of bytes.
  public init(_ bytes: [UInt8]) {
    var findings: [MCFGFinding] = []
    Self.judgeHeader(bytes, &findings)
    let entries = Self.entries(in: bytes)
    for (index, entry) in entries.enumerated() {
      let reserved = Self.headerByteCount + index * MCFGEntry.byteCount + 12
      entry.judge(
        index: index, reserved: UInt32(bytes.littleEndian(at: reserved, count: 4)), &findings)
    }
    MCFGFinding.judgeTogether(entries, &findings)
    self.entries = entries
    self.findings = findings
  }

  /// Decodes a table without judging it, which takes a fraction of the code: for firmware.
  ///
  /// - Parameter bytes: The table from its signature on, any number of bytes.
  /// - Returns: What ``entries`` would be.
  public static func entries(in bytes: [UInt8]) -> [MCFGEntry] {
    guard bytes.count >= headerByteCount, bytes.littleEndian(at: 0, count: 4) == signature else {
      return []
    }
    let end = min(Int(bytes.littleEndian(at: 4, count: 4)), bytes.count)
    var entries: [MCFGEntry] = []
    var offset = headerByteCount
    while end - offset >= MCFGEntry.byteCount {
      entries.append(
        MCFGEntry(
          base: bytes.littleEndian(at: offset, count: 8),
          segment: UInt16(bytes.littleEndian(at: offset + 8, count: 2)),
          firstBus: bytes[offset + 10], lastBus: bytes[offset + 11]))
      offset += MCFGEntry.byteCount
    }
    return entries
  }

  /// Judges the table as a whole.
  private static func judgeHeader(_ bytes: [UInt8], _ findings: inout [MCFGFinding]) {
    guard bytes.count >= headerByteCount else {
      findings.append(.tooShort(byteCount: bytes.count))
      return
    }
    let signature = UInt32(bytes.littleEndian(at: 0, count: 4))
    guard signature == Self.signature else {
      findings.append(.wrongSignature(signature))
      return
    }
    let length = Int(bytes.littleEndian(at: 4, count: 4))
    guard length >= headerByteCount else {
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
    if length - headerByteCount < MCFGEntry.byteCount { findings.append(.noEntries) }
    let rest = (length - headerByteCount) % MCFGEntry.byteCount
    if rest > 0 { findings.append(.partialEntry(byteCount: rest)) }
    if bytes.count > length { findings.append(.bytesAfterTable(byteCount: bytes.count - length)) }
  }
}
