import PCIConfig

/// Physical memory below 512 GiB, mapped when it is accessed: tables may lie, and point, anywhere.
///
/// The first 2 MiB, of which the image has mapped only what it uses, are seen through an alias.
public struct FirmwareMemory: PhysicalMemory, Sendable {
  private static let pageSize: UInt64 = 2 << 20
  private static let alias: UInt64 = 512 << 30 - pageSize
  nonisolated(unsafe) private static var lastPage = UInt64.max

  /// Creates the accessor; it has no state.
  public init() {}

  /// Reads memory; all ones beyond what the page tables can map.
  @inline(never)
  public func read(address: UInt64, width: AccessWidth) -> UInt32 {
    guard let address = Self.linear(address) else { return width.allOnes }
    return Memory().read(address: address, width: width)
  }

  /// Writes memory; nothing happens beyond what the page tables can map.
  @inline(never)
  public func write(address: UInt64, width: AccessWidth, value: UInt32) {
    guard let address = Self.linear(address) else { return }
    Memory().write(address: address, width: width, value: value)
  }

  private static func linear(_ address: UInt64) -> UInt64? {
    guard address < alias else { return nil }
    let isLow = address < pageSize
    let page = address & ~(pageSize - 1)
    if page != lastPage {
      IdentityMap.map(page: page, at: isLow ? alias : page)
      lastPage = page
    }
    return isLow ? alias + address : address
  }
}
