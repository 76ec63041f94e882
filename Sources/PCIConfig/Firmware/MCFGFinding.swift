/// Something wrong or remarkable about an MCFG table, with the value that shows it.
///
/// The whole of it: a stable ``tag`` for programs, a ``severity``, the ``entry``, the ``value``
/// and one line of text, ``description``. Entries are counted from 0.
public enum MCFGFinding: Hashable, Sendable {
  /// Fewer bytes than the header has.
  case tooShort(byteCount: Int)
  /// Another signature, its four bytes little-endian.
  case wrongSignature(UInt32)
  /// A length that is less than that of the header.
  case lengthTooSmall(Int)
  /// A length beyond the bytes that are there.
  case truncated(length: Int, available: Int)
  /// A revision that the specification does not have: it has 1.
  case unknownRevision(UInt8)
  /// Bytes that do not add up to zero, modulo 256 (ACPI 6.5, 5.2.6).
  case wrongChecksum(sum: UInt8)
  /// No room for an entry within the length.
  case noEntries
  /// Bytes within the length that are less than an entry: 1 to 15.
  case partialEntry(byteCount: Int)
  /// Bytes behind the length.
  case bytesAfterTable(byteCount: Int)
  /// A base of zero.
  case zeroBase(entry: Int)
  /// A base that is not a multiple of 1 MiB.
  case misalignedBase(entry: Int, UInt64)
  /// A base that is not a multiple of the size that the bus numbers span
  /// (PCI Express Base Specification 6.0, 7.2.2).
  case baseNotAlignedToSize(entry: Int, UInt64, size: UInt64)
  /// A last bus beyond physical addresses, which have at most 52 bits.
  case beyondMemory(entry: Int, base: UInt64, lastBus: UInt8)
  /// A first bus behind the last one.
  case reversedBuses(entry: Int, first: UInt8, last: UInt8)
  /// Reserved bytes that are not zero, little-endian.
  case reservedNotZero(entry: Int, UInt32)
  /// Buses that an earlier entry of the segment has as well.
  case overlappingBuses(entry: Int, other: Int, ClosedRange<UInt8>)
  /// Addresses that an earlier entry has as well.
  case overlappingMemory(entry: Int, other: Int, ClosedRange<UInt64>)
  /// Several entries of one segment with different buses, which is legal. The entry is the second.
  case severalRegions(entry: Int, segment: UInt16, count: Int)
}

extension MCFGFinding {
  /// How much a finding matters.
  public enum Severity: String, Sendable {
    /// The table, or the entry, cannot be used as it is.
    case error
    /// It can be used, but it is not as the specification has it.
    case warning
    /// It is legal, or nothing depends on it.
    case note
  }

  /// How much it matters.
  public var severity: Severity {
    switch self {
    case .tooShort, .wrongSignature, .lengthTooSmall, .truncated, .noEntries, .zeroBase,
      .misalignedBase, .beyondMemory, .reversedBuses, .overlappingBuses, .overlappingMemory:
      .error
    case .unknownRevision, .wrongChecksum, .partialEntry, .baseNotAlignedToSize: .warning
    case .bytesAfterTable, .reservedNotZero, .severalRegions: .note
    }
  }

  /// The name of the finding for programs, the same in every version.
  public var tag: String {
    switch self {
    case .tooShort: "too-short"
    case .wrongSignature: "wrong-signature"
    case .lengthTooSmall: "length-too-small"
    case .truncated: "truncated"
    case .unknownRevision: "unknown-revision"
    case .wrongChecksum: "wrong-checksum"
    case .noEntries: "no-entries"
    case .partialEntry: "partial-entry"
    case .bytesAfterTable: "bytes-after-table"
    case .zeroBase: "zero-base"
    case .misalignedBase: "misaligned-base"
    case .baseNotAlignedToSize: "base-not-aligned-to-size"
    case .beyondMemory: "beyond-memory"
    case .reversedBuses: "reversed-buses"
    case .reservedNotZero: "reserved-not-zero"
    case .overlappingBuses: "overlapping-buses"
    case .overlappingMemory: "overlapping-memory"
    case .severalRegions: "several-regions"
    }
  }

  /// The entry, counted from 0; `nil` where the table as a whole is meant.
  public var entry: Int? {
    switch self {
    case .tooShort, .wrongSignature, .lengthTooSmall, .truncated, .unknownRevision,
      .wrongChecksum, .noEntries, .partialEntry, .bytesAfterTable:
      nil
    case .zeroBase(let entry), .misalignedBase(let entry, _),
      .baseNotAlignedToSize(let entry, _, _), .beyondMemory(let entry, _, _),
      .reversedBuses(let entry, _, _), .reservedNotZero(let entry, _),
      .overlappingBuses(let entry, _, _), .overlappingMemory(let entry, _, _),
      .severalRegions(let entry, _, _):
      entry
    }
  }

  /// The other, earlier entry of an overlap.
  public var otherEntry: Int? {
    switch self {
    case .overlappingBuses(_, let other, _), .overlappingMemory(_, let other, _): other
    default: nil
    }
  }

  /// The value that shows it: a field of the table, a number of bytes, the first bus or address of
  /// an overlap, a number of entries.
  public var value: UInt64 {
    switch self {
    case .tooShort(let count), .partialEntry(let count), .bytesAfterTable(let count):
      UInt64(count)
    case .wrongSignature(let value), .reservedNotZero(_, let value): UInt64(value)
    case .lengthTooSmall(let length), .truncated(let length, _): UInt64(length)
    case .unknownRevision(let value), .wrongChecksum(let value): UInt64(value)
    case .noEntries, .zeroBase: 0
    case .misalignedBase(_, let base), .baseNotAlignedToSize(_, let base, _),
      .beyondMemory(_, let base, _):
      base
    case .reversedBuses(_, let first, _): UInt64(first)
    case .overlappingBuses(_, _, let buses): UInt64(buses.lowerBound)
    case .overlappingMemory(_, _, let addresses): addresses.lowerBound
    case .severalRegions(_, _, let count): UInt64(count)
    }
  }
}

extension MCFGFinding: CustomStringConvertible {
  /// What was found and what was expected, in one line; the entry first where it is about one.
  public var description: String {
    guard let entry else { return text }
    return "entry \(entry): \(text)"
  }

  private var text: String {
    switch self {
    case .tooShort(let count): "\(bytes(count)): expected at least \(MCFG.headerByteCount)"
    case .wrongSignature(let signature):
      "signature 0x\(hexadecimal(signature, digits: 8)): expected 0x4746434d, MCFG"
    case .lengthTooSmall(let length):
      "length \(length): expected at least \(MCFG.headerByteCount)"
    case .truncated(let length, let available):
      "length \(length): only \(available) bytes are there"
    case .unknownRevision(let revision): "revision \(revision): expected 1"
    case .wrongChecksum(let sum):
      "the checksum is wrong: the bytes add up to 0x\(hexadecimal(sum, digits: 2)), expected 0"
    case .noEntries: "the table lists no region"
    case .partialEntry(let count):
      "\(bytes(count)) behind the last entry: expected \(MCFGEntry.byteCount) for each"
    case .bytesAfterTable(let count): "\(bytes(count)) behind the table's length: ignored"
    case .zeroBase: "base 0: expected an address; Linux then takes no region of the table"
    case .misalignedBase(_, let base): "base \(address(base)): expected a multiple of 1 MiB"
    case .baseNotAlignedToSize(_, let base, let size):
      "base \(address(base)): expected a multiple of \(size >> 20) MiB for its buses"
    case .beyondMemory(_, let base, let bus):
      "base \(address(base)): bus \(hexadecimal(bus, digits: 2)) would lie beyond 52-bit addresses"
    case .reversedBuses(_, let first, let last):
      "buses \(hexadecimal(first, digits: 2)) to \(hexadecimal(last, digits: 2)): "
        + "expected the first not behind the last"
    case .reservedNotZero(_, let value):
      "reserved bytes 0x\(hexadecimal(value, digits: 8)): expected 0"
    case .overlappingBuses(_, let other, let buses):
      "buses \(hexadecimal(buses.lowerBound, digits: 2)) to "
        + "\(hexadecimal(buses.upperBound, digits: 2)) are in entry \(other) as well"
    case .overlappingMemory(_, let other, let addresses):
      "\(address(addresses.lowerBound)) to \(address(addresses.upperBound)) "
        + "lies in entry \(other) as well"
    case .severalRegions(_, let segment, let count):
      "segment \(hexadecimal(segment, digits: 4)) has \(count) regions with different buses, "
        + "which is legal"
    }
  }

  private func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  private func address(_ value: UInt64) -> String { "0x" + hexadecimal(value, digits: 8) }
}
