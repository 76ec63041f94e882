/// A system description table with the header that all of them have (ACPI 6.5, 5.2.6).
public struct ACPITable: Equatable, Sendable {
  /// The physical address of the table.
  public let address: UInt64
  /// All bytes that its length counts, at least the header.
  public let bytes: [UInt8]

  /// The size of the header.
  public static let headerByteCount = 36

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - address: Its physical address.
  ///   - memory: The memory.
  ///   - limit: The greatest length that is read.
  /// - Throws: ``ACPIError/tableLength(at:_:limit:)``, ``ACPIError/beyondMemory(_:)``.
  public init(
    at address: UInt64, in memory: some PhysicalMemory<Never>, limit: Int = 1 << 16
  ) throws(ACPIError) {
    guard !address.addingReportingOverflow(7).overflow else { throw .beyondMemory(address) }
    let length = UInt32(memory.bytes(at: address + 4, count: 4).littleEndian(at: 0, count: 4))
    guard length >= Self.headerByteCount, length <= limit else {
      throw .tableLength(at: address, length, limit: limit)
    }
    guard !address.addingReportingOverflow(UInt64(length) - 1).overflow else {
      throw .beyondMemory(address)
    }
    self.address = address
    bytes = memory.bytes(at: address, count: Int(length))
  }

  /// The four bytes of the signature, little-endian.
  public var signature: UInt32 { UInt32(bytes.littleEndian(at: 0, count: 4)) }

  /// The sum of all bytes modulo 256: 0 where the checksum is right.
  public var sum: UInt8 { bytes.sum(0..<bytes.count) }
}
