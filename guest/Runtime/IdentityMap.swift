import CX86

/// The page tables. The reset stub maps the image, the stacks and the heap; a suite asks for what
/// else it needs.
public enum IdentityMap {
  private static let pml4: UInt = 0x1000
  private static let present: UInt64 = 1
  private static let presentWritable: UInt64 = 3
  private static let largePage: UInt64 = 1 << 7
  private static let pageSize: UInt64 = 2 << 20

  /// Maps physical addresses at the same linear addresses, with 2 MiB pages.
  ///
  /// - Parameter addresses: At least 2 MiB, below 512 GiB.
  public static func map(_ addresses: ClosedRange<UInt64>) {
    precondition(addresses.lowerBound >= pageSize && addresses.upperBound < 512 << 30)
    var page = addresses.lowerBound & ~(pageSize - 1)
    while page <= addresses.upperBound {
      map(page: page, at: page)
      page += pageSize
    }
  }

  /// Maps a 2 MiB page, unless something is mapped there.
  ///
  /// - Parameters:
  ///   - page: The physical address, a multiple of 2 MiB.
  ///   - address: The linear address, a multiple of 2 MiB, below 512 GiB.
  static func map(page: UInt64, at address: UInt64) {
    let directory = table(at: table(at: pml4, index: 0), index: UInt(address >> 30) & 511)
    let entry = directory + (UInt(address >> 21) & 511) * 8
    if x86_load64(entry) & present == 0 { store(page | largePage | presentWritable, at: entry) }
  }

  private static func table(at base: UInt, index: UInt) -> UInt {
    let entry = base + index * 8
    let value = x86_load64(entry)
    if value & present != 0 { return UInt(value & ~0xFFF) }
    let page = Heap.allocatePage()
    store(UInt64(page) | presentWritable, at: entry)
    return page
  }

  private static func store(_ value: UInt64, at address: UInt) {
    x86_store32(address + 4, UInt32(truncatingIfNeeded: value >> 32))
    x86_store32(address, UInt32(truncatingIfNeeded: value))
  }
}
