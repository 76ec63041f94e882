import PCIConfig

/// Physical memory through `/dev/mem`. Each access maps the page that it needs and is made in a
/// child process, as it may end the process that makes it.
package struct DeviceMemory: PhysicalMemory, Sendable {
  private static let pageSize: UInt64 = 4096

  /// Creates the accessor; it has no state.
  package init() {}

  /// Reads memory.
  package func read(address: UInt64, width: AccessWidth) throws(SystemFailure) -> UInt32 {
    try PhysicalPage(Self.page(address)).read(at: Self.offset(address), width)
  }

  /// Writes memory.
  package func write(
    address: UInt64, width: AccessWidth, value: UInt32
  ) throws(SystemFailure) {
    try PhysicalPage(Self.page(address), isWritable: true)
      .write(at: Self.offset(address), width, value)
  }

  /// Reads consecutive doublewords of one page in one child process.
  ///
  /// - Parameters:
  ///   - address: The first address, a multiple of 4.
  ///   - count: How many; the last must be in the same page.
  package func doublewords(
    address: UInt64, count: Int
  ) throws(SystemFailure) -> [UInt32] {
    try PhysicalPage(Self.page(address)).doublewords(at: Self.offset(address), count: count)
  }

  private static func page(_ address: UInt64) -> UInt64 { address & ~(pageSize - 1) }

  private static func offset(_ address: UInt64) -> Int { Int(address % pageSize) }
}
