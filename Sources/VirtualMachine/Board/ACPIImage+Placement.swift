import KVM

extension ACPIImage {
  /// The greatest size of a table, in bytes: with everything else it fits into a page.
  static let greatestTable = MemorySlot.pageSize - 256

  private static let segmentE: UInt64 = 0xE_0000
  private static let dataArea: UInt64 = 0x9_F000
  /// The word of the BIOS data area that holds the segment of the extended one.
  private static let dataAreaPointer = 0x40E

  /// Puts tables into a guest's memory, where guests look for the RSDP (ACPI 6.5, 5.2.5.1).
  ///
  /// That is from E0000h on, which images of this project leave alone. The end of a ROM of 128 KiB
  /// or more shows there: then the RSDP is in an extended BIOS data area, the other such place.
  ///
  /// - Parameters:
  ///   - table: The table that the XSDT lists, at most ``greatestTable`` bytes; `nil` for none.
  ///   - memory: The memory from address 0 on.
  ///   - lowMemoryEnd: Where memory ends below 1 MiB, and the ROM begins to show.
  static func place(_ table: [UInt8]?, in memory: GuestMemory, below lowMemoryEnd: Int) {
    var address = segmentE
    if address >= lowMemoryEnd {
      memory.store(UInt16(dataArea >> 4), at: dataAreaPointer)
      // The area begins with its size in KiB.
      memory.store(UInt8(MemorySlot.pageSize >> 10), at: Int(dataArea))
      address = dataArea + 16
    }
    memory.write(ACPIImage(at: address, table: table).bytes, at: Int(address))
  }
}
