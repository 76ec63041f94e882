import PCIConfig

/// QEMU's firmware configuration device, as its specification describes it.
package final class SimulatedFirmwareConfiguration: PortIO {
  /// What the device does with a transfer by DMA.
  package enum Transfers {
    case done, failing, endless
  }

  /// The items by key; what is behind the end of one reads as zero.
  package var items: [UInt16: [UInt8]]
  package var transfers = Transfers.done
  /// How many bytes were read through the port, and how many transfers were started.
  package private(set) var portReadCount = 0
  package private(set) var transferCount = 0

  private let memory: RAM
  private var item: [UInt8] = []
  private var offset = 0
  private var upperAddress: UInt32 = 0

  /// - Parameters:
  ///   - memory: What DMA goes to.
  ///   - hasDMA: Whether there is DMA.
  ///   - files: Names and contents, in the order of the directory, from key 0x20 on.
  package init(_ memory: RAM, hasDMA: Bool = true, files: [(name: String, bytes: [UInt8])] = []) {
    self.memory = memory
    items = [0: Array("QEMU".utf8), 1: [hasDMA ? 3 : 1, 0, 0, 0]]
    var directory = big(UInt64(files.count), 4)
    for (index, file) in files.enumerated() {
      let key = UInt16(0x20 + index)
      items[key] = file.bytes
      directory += big(UInt64(file.bytes.count), 4) + big(UInt64(key), 2) + [0, 0]
      directory += padded(file.name)
    }
    items[0x19] = directory
  }

  package func read(port: UInt16, width: AccessWidth) -> UInt32 {
    guard port == 0x511, width == .byte else { return width.allOnes }
    portReadCount += 1
    return UInt32(next())
  }

  package func write(port: UInt16, width: AccessWidth, value: UInt32) {
    switch (port, width) {
    case (0x510, .word): select(UInt16(truncatingIfNeeded: value))
    case (0x514, .doubleword): upperAddress = value.byteSwapped
    case (0x518, .doubleword):
      transfer(UInt64(upperAddress) << 32 | UInt64(value.byteSwapped))
      upperAddress = 0
    default: preconditionFailure("fw_cfg has no such register")
    }
  }

  private func select(_ key: UInt16) {
    item = items[key] ?? []
    offset = 0
  }

  private func next() -> UInt8 {
    defer { offset += 1 }
    return offset < item.count ? item[offset] : 0
  }

  private func transfer(_ address: UInt64) {
    transferCount += 1
    func field(_ offset: UInt64) -> UInt32 {
      memory.read(address: address + offset, width: .doubleword).byteSwapped
    }
    guard transfers != .endless else { return }
    let control = field(0)
    guard transfers == .done, control & 2 != 0 else {
      memory.write(address: address, width: .doubleword, value: UInt32(1).byteSwapped)
      return
    }
    if control & 8 != 0 { select(UInt16(control >> 16)) }
    let target = UInt64(field(8)) << 32 | UInt64(field(12))
    let count = Int(field(4))
    let content = item.dropFirst(offset).prefix(count)
    memory.put(content, at: target)
    let rest = [UInt8](repeating: 0, count: count - content.count)
    memory.put(rest, at: target + UInt64(content.count))
    offset += count
    memory.write(address: address, width: .doubleword, value: 0)
  }
}
