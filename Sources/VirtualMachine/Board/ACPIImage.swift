import PCIConfig

/// The ACPI tables of a machine, as bytes: RSDP, XSDT and at most one table more (ACPI 6.5, 5.2.5.3
/// and 5.2.8).
struct ACPIImage: Equatable {
  /// The bytes from the RSDP on.
  let bytes: [UInt8]

  private static let identifier = Array("PCICFG".utf8)
  private static let rootPointerSize = 36
  /// The XSDT lies behind the RSDP, the other table behind the XSDT; both on 16-byte boundaries.
  private static let rootTableOffset = 48
  private static let tableOffset = 96

  /// The size of everything before the table.
  static let headSize = tableOffset

  /// Makes the tables for a place in memory.
  ///
  /// - Parameters:
  ///   - address: The address of the RSDP, a multiple of 16.
  ///   - table: The table that the XSDT lists, whatever its bytes are; `nil` for none.
  init(at address: UInt64, table: [UInt8]?) {
    precondition(address.isMultiple(of: 16), "an RSDP at \(hexadecimal(address))")
    let rootTable = Self.table(
      "XSDT", table.map { _ in Self.little(address + UInt64(Self.tableOffset), 8) } ?? [])
    var bytes = Array("RSD PTR ".utf8) + [0] + Self.identifier + [2] + Self.little(0, 4)
    bytes += Self.little(UInt64(Self.rootPointerSize), 4)
    bytes += Self.little(address + UInt64(Self.rootTableOffset), 8) + [0, 0, 0, 0]
    bytes[8] = Self.complement(of: bytes[..<20])
    bytes[32] = Self.complement(of: bytes[...])
    bytes += Self.padding(bytes, to: Self.rootTableOffset) + rootTable
    if let table { bytes += Self.padding(bytes, to: Self.tableOffset) + table }
    self.bytes = bytes
  }

  /// The MCFG of one region (PCI Firmware Specification 3.3, 4.1.2).
  static func mcfg(_ window: PCIExpressWindow) -> [UInt8] {
    let lastBus = UInt8(window.size / ECAMRegion.bytesPerBus - 1)
    return table(
      "MCFG",
      little(0, 8) + little(window.base, 8) + little(0, 2) + [0, lastBus] + little(0, 4))
  }

  /// A table with the header that all have (ACPI 6.5, 5.2.6).
  private static func table(_ signature: String, _ content: [UInt8]) -> [UInt8] {
    let length = ACPITable.headerByteCount + content.count
    var bytes = Array(signature.utf8) + little(UInt64(length), 4) + [1, 0] + identifier
    bytes += Array("PCICFG  ".utf8) + little(1, 4) + Array("PCFG".utf8) + little(1, 4)
    bytes += content
    bytes[9] = complement(of: bytes[...])
    return bytes
  }

  private static func padding(_ bytes: [UInt8], to offset: Int) -> [UInt8] {
    Array(repeating: 0, count: offset - bytes.count)
  }

  private static func complement(of bytes: ArraySlice<UInt8>) -> UInt8 {
    0 &- bytes.reduce(0, &+)
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
