/// The ACPI tables of a machine, found through its memory.
public struct ACPITables<Memory: PhysicalMemory<Never>> {
  /// The root pointer.
  public let rootPointer: ACPIRootPointer
  /// The physical addresses of the tables, in the order of the XSDT or RSDT.
  public let addresses: [UInt64]

  private let memory: Memory
  private let limit: Int

  /// Finds the root pointer where firmware of a PC puts it, and reads the root table.
  ///
  /// - Parameters:
  ///   - memory: The memory.
  ///   - limit: The greatest length of a table that is read.
  /// - Throws: ``ACPIError``.
  public init(in memory: Memory, limit: Int = 1 << 16) throws(ACPIError) {
    try self.init(ACPIRootPointer.find(in: memory), in: memory, limit: limit)
  }

  /// Reads the root table: the XSDT where the root pointer names one, else the RSDT
  /// (ACPI 6.5, 5.2.7, 5.2.8). A damaged XSDT is an error, also beside a good RSDT.
  ///
  /// - Parameters:
  ///   - rootPointer: The root pointer.
  ///   - memory: The memory.
  ///   - limit: The greatest length of a table that is read.
  /// - Throws: ``ACPIError``.
  public init(
    _ rootPointer: ACPIRootPointer, in memory: Memory, limit: Int = 1 << 16
  ) throws(ACPIError) {
    let isExtended = rootPointer.xsdtAddress != 0
    let address = isExtended ? rootPointer.xsdtAddress : UInt64(rootPointer.rsdtAddress)
    guard address != 0 else { throw .noRootTable(rootPointer: rootPointer.address) }
    let table = try ACPITable(at: address, in: memory, limit: limit)
    // XSDT, RSDT
    let expected: UInt32 = isExtended ? 0x5444_5358 : 0x5444_5352
    guard table.signature == expected else {
      throw .rootTableSignature(at: address, table.signature, expected: expected)
    }
    guard table.sum == 0 else { throw .rootTableChecksum(at: address, sum: table.sum) }
    let size = isExtended ? 8 : 4
    let count = (table.bytes.count - ACPITable.headerByteCount) / size
    self.rootPointer = rootPointer
    self.memory = memory
    self.limit = limit
    addresses = (0..<count).map {
      table.bytes.littleEndian(at: ACPITable.headerByteCount + $0 * size, count: size)
    }
  }

  /// The first table with a signature, whatever its checksum is.
  ///
  /// - Parameter signature: Its four bytes, little-endian, for example ``MCFG/signature``.
  /// - Returns: The table; `nil` where none has the signature.
  /// - Throws: ``ACPIError/tableLength(at:_:limit:)``, ``ACPIError/beyondMemory(_:)``.
  public func table(_ signature: UInt32) throws(ACPIError) -> ACPITable? {
    for address in addresses where address != 0 && address <= .max - 3 {
      guard memory.bytes(at: address, count: 4).littleEndian(at: 0, count: 4) == signature else {
        continue
      }
      return try ACPITable(at: address, in: memory, limit: limit)
    }
    return nil
  }
}
