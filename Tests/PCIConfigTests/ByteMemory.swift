import PCIConfig

/// Memory made of bytes; where none was put, all ones are read.
struct ByteMemory: PhysicalMemory {
  private var pages: [UInt64: [UInt8]] = [:]

  /// Puts bytes at an address.
  mutating func put(_ bytes: [UInt8], at address: UInt64) {
    for (index, byte) in bytes.enumerated() {
      let place = address + UInt64(index)
      pages[place >> 12, default: .init(repeating: 0xFF, count: 4096)][Int(place & 0xFFF)] = byte
    }
  }

  func read(address: UInt64, width: AccessWidth) -> UInt32 {
    precondition(address % UInt64(width.byteCount) == 0, "accesses are aligned")
    guard let page = pages[address >> 12] else { return width.allOnes }
    var value: UInt32 = 0
    for index in (0..<width.byteCount).reversed() {
      value = value << 8 | UInt32(page[Int(address & 0xFFF) + index])
    }
    return value
  }

  func write(address: UInt64, width: AccessWidth, value: UInt32) {
    preconditionFailure("the look-up writes nothing")
  }
}
