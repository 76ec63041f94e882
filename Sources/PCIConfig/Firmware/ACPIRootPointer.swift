/// The Root System Description Pointer, RSDP, from which all ACPI tables are found
/// (ACPI 6.5, 5.2.5).
public struct ACPIRootPointer: Equatable, Sendable {
  /// The physical address of the structure.
  public let address: UInt64
  /// The revision: 0 for ACPI 1.0, 2 for later ones.
  public let revision: UInt8
  /// The physical address of the RSDT; 0 where there is none.
  public let rsdtAddress: UInt32
  /// The physical address of the XSDT; 0 where there is none.
  public let xsdtAddress: UInt64

  /// The lengths that a structure of revision 2 may have: later ones may be longer.
  static let lengths: ClosedRange<UInt32> = 36...4096

  /// `RSD PTR ` and its blank, little-endian.
  private static let signature: UInt64 = 0x2052_5450_2044_5352

  /// Looks where firmware of a PC puts it: on a 16-byte boundary of the first KiB of the extended
  /// BIOS data area, then from 0xE0000 to 0xFFFFF (ACPI 6.5, 5.2.5.1).
  ///
  /// A signature with a wrong checksum is passed over, as there may be a right one behind it.
  ///
  /// - Parameter memory: The memory; at most 8,256 places are looked at.
  /// - Throws: ``ACPIError/noRootPointer``, or what is wrong with the first of those that are all
  ///   damaged.
  public static func find(in memory: some PhysicalMemory<Never>) throws(ACPIError)
    -> ACPIRootPointer
  {
    var firstError: ACPIError?
    let area = UInt64(memory.read(address: 0x40E, width: .word)) << 4
    // A segment outside of low memory is no data area but what was left in this word.
    let areas = (0x400...0x9_FC00).contains(area) ? [area..<(area + 0x400)] : []
    for range in areas + [0xE_0000..<0x10_0000] {
      var address = (range.lowerBound + 15) & ~15
      while address < range.upperBound {
        if memory.read(address: address, width: .doubleword)
          == UInt32(truncatingIfNeeded: signature),
          memory.read(address: address + 4, width: .doubleword) == UInt32(signature >> 32)
        {
          do {
            return try ACPIRootPointer(at: address, in: memory)
          } catch {
            if firstError == nil { firstError = error }
          }
        }
        address += 16
      }
    }
    throw firstError ?? .noRootPointer
  }

  /// Reads a structure that is known to be there, for example by the firmware's word.
  ///
  /// - Parameters:
  ///   - address: Its physical address.
  ///   - memory: The memory.
  /// - Throws: ``ACPIError``: no signature, a wrong checksum, a length that cannot be.
  public init(at address: UInt64, in memory: some PhysicalMemory<Never>) throws(ACPIError) {
    guard address <= .max - UInt64(Self.lengths.upperBound) else { throw .beyondMemory(address) }
    let bytes = memory.bytes(at: address, count: 20)
    guard bytes.littleEndian(at: 0, count: 8) == Self.signature else { throw .noRootPointer }
    let sum = bytes.sum(0..<20)
    guard sum == 0 else { throw .rootPointerChecksum(at: address, sum: sum) }
    self.address = address
    revision = bytes[15]
    rsdtAddress = UInt32(bytes.littleEndian(at: 16, count: 4))
    guard revision >= 2 else {
      xsdtAddress = 0
      return
    }
    let length = memory.bytes(at: address + 20, count: 4).littleEndian(at: 0, count: 4)
    guard Self.lengths.contains(UInt32(length)) else {
      throw .rootPointerLength(at: address, UInt32(length))
    }
    let whole = memory.bytes(at: address, count: Int(length))
    let extendedSum = whole.sum(0..<whole.count)
    guard extendedSum == 0 else { throw .rootPointerChecksum(at: address, sum: extendedSum) }
    xsdtAddress = whole.littleEndian(at: 24, count: 8)
  }
}
