import PCIConfig

/// RAM that starts at an address; an access outside of it ends the program.
package final class RAM: PhysicalMemory {
  package let start: UInt64
  package private(set) var bytes: [UInt8]

  package init(_ bytes: [UInt8], at start: UInt64) {
    self.start = start
    self.bytes = bytes
  }

  package convenience init(count: Int, at start: UInt64) {
    self.init([UInt8](repeating: 0xA5, count: count), at: start)
  }

  package func read(address: UInt64, width: AccessWidth) -> UInt32 {
    let offset = offset(address, width)
    var value: UInt32 = 0
    for index in 0..<width.byteCount { value |= UInt32(bytes[offset + index]) << UInt32(8 * index) }
    return value
  }

  package func write(address: UInt64, width: AccessWidth, value: UInt32) {
    let offset = offset(address, width)
    for index in 0..<width.byteCount {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
    }
  }

  /// Puts bytes at an address.
  package func put(_ bytes: some Collection<UInt8>, at address: UInt64) {
    guard !bytes.isEmpty else { return }
    let first = offset(address, .byte)
    let last = offset(address + UInt64(bytes.count - 1), .byte)
    self.bytes.replaceSubrange(first...last, with: bytes)
  }

  private func offset(_ address: UInt64, _ width: AccessWidth) -> Int {
    precondition(address % UInt64(width.byteCount) == 0, "accesses are aligned")
    precondition(
      address >= start && address - start <= UInt64(bytes.count - width.byteCount),
      "accesses stay in RAM")
    return Int(address - start)
  }
}
