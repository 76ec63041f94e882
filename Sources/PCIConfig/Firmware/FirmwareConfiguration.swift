/// QEMU's firmware configuration device, fw_cfg, by which a hypervisor gives files to firmware
/// (QEMU, docs/specs/fw_cfg).
///
/// The device may answer anything: what cannot be is an error.
public struct FirmwareConfiguration<Ports: PortIO<Never>, Memory: PhysicalMemory<Never>> {
  /// Whether the device copies items to memory; otherwise they are read byte by byte.
  public let hasDMA: Bool

  let memory: Memory
  private let ports: Ports
  private let buffer: UInt64

  /// The size of the field that holds a name and the zero byte behind it.
  static var nameByteCount: UInt64 { 56 }

  /// How many files of the directory are looked at: QEMU has 32 at most unless told otherwise.
  private static var fileLimit: UInt32 { 512 }

  /// How often a transfer is asked whether it has ended; QEMU's all have before the first time.
  private static var pollLimit: Int { 1 << 16 }

  /// Looks for the device and asks what it can do.
  ///
  /// - Parameters:
  ///   - ports: The ports.
  ///   - memory: The memory that the device copies to.
  ///   - buffer: The address of 136 bytes of RAM, a multiple of 8, that later calls overwrite: a structure
  ///     that describes a transfer, an entry of the directory, and a name.
  /// - Throws: ``FirmwareConfigurationError/signature(_:)`` where there is no such device.
  public init(
    _ ports: Ports, _ memory: Memory, buffer: UInt64
  ) throws(FirmwareConfigurationError) {
    precondition(buffer % 8 == 0, "the buffer of fw_cfg is aligned to 8 bytes")
    self.ports = ports
    self.memory = memory
    self.buffer = buffer
    let signature = Self.doubleword(ports, 0)
    // `QEMU`
    guard signature == 0x554D_4551 else { throw .signature(signature) }
    hasDMA = Self.doubleword(ports, 1) & 2 != 0
  }

  /// Looks a file up in the directory.
  ///
  /// - Parameter name: The name, at most 55 bytes.
  /// - Returns: The file; `nil` where the directory has none of this name.
  /// - Throws: ``FirmwareConfigurationError``.
  public func file(
    _ name: StaticString
  ) throws(FirmwareConfigurationError) -> FirmwareFile? {
    try file(namedAt: put(name))
  }

  /// Puts a name into the buffer.
  ///
  /// - Returns: Its address.
  func put(_ name: StaticString) -> UInt64 {
    precondition(name.utf8CodeUnitCount < Self.nameByteCount, "a file name has 55 bytes at most")
    memory.write(name, at: buffer + 80)
    return buffer + 80
  }

  /// Looks a file up whose name lies in memory, in a field of 56 bytes.
  func file(namedAt name: UInt64) throws(FirmwareConfigurationError) -> FirmwareFile? {
    let key: UInt16 = 0x19
    let entry = buffer + 16
    try transfer(key, isStart: true, count: 4, to: entry)
    let count = memory.bigEndian(at: entry)
    guard count <= Self.fileLimit else { throw .fileCount(count, limit: Self.fileLimit) }
    for _ in 0..<count {
      try transfer(key, isStart: false, count: 64, to: entry)
      if memory.isSameText(entry + 8, name, limit: Self.nameByteCount) {
        return FirmwareFile(
          key: UInt16(truncatingIfNeeded: memory.bigEndian(at: entry + 4) >> 16),
          size: memory.bigEndian(at: entry))
      }
    }
    return nil
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - area: RAM, to whose beginning the file is read.
  /// - Throws: ``FirmwareConfigurationError``.
  public func read(
    _ file: FirmwareFile, into area: Range<UInt64>
  ) throws(FirmwareConfigurationError) {
    let room = area.upperBound - area.lowerBound
    guard file.size <= room else { throw .noRoom(size: file.size, room: room) }
    try transfer(file.key, isStart: true, count: file.size, to: area.lowerBound)
  }

  /// Reads the next bytes of an item.
  ///
  /// - Parameters:
  ///   - key: The item.
  ///   - isStart: Whether reading begins at its first byte.
  ///   - count: The number of bytes.
  ///   - address: Where they go.
  private func transfer(
    _ key: UInt16, isStart: Bool, count: UInt32, to address: UInt64
  ) throws(FirmwareConfigurationError) {
    guard hasDMA else {
      if isStart { Self.select(ports, key) }
      for offset in 0..<UInt64(count) {
        memory.write(address: address + offset, width: .byte, value: Self.nextByte(ports))
      }
      return
    }
    let control = isStart ? UInt32(key) << 16 | 0b1010 : 0b0010
    store(control, 0)
    store(count, 4)
    store(UInt32(truncatingIfNeeded: address >> 32), 8)
    store(UInt32(truncatingIfNeeded: address), 12)
    // The upper half is zero unless it is written; writing the lower half starts the transfer.
    let upper = UInt32(truncatingIfNeeded: buffer >> 32)
    if upper != 0 { ports.write(port: 0x514, width: .doubleword, value: upper.byteSwapped) }
    ports.write(
      port: 0x518, width: .doubleword, value: UInt32(truncatingIfNeeded: buffer).byteSwapped)
    for _ in 0..<Self.pollLimit {
      let left = memory.bigEndian(at: buffer)
      if left == 0 { return }
      if left & 1 != 0 { throw .transferFailed(key: key, control: left) }
    }
    throw .transferUnfinished(key: key, control: memory.bigEndian(at: buffer))
  }

  /// Stores a field of the structure that describes a transfer.
  private func store(_ value: UInt32, _ offset: UInt64) {
    memory.write(address: buffer + offset, width: .doubleword, value: value.byteSwapped)
  }

  private static func select(_ ports: Ports, _ key: UInt16) {
    ports.write(port: 0x510, width: .word, value: UInt32(key))
  }

  private static func nextByte(_ ports: Ports) -> UInt32 {
    ports.read(port: 0x511, width: .byte) & 0xFF
  }

  /// The first four bytes of an item, little-endian.
  private static func doubleword(_ ports: Ports, _ key: UInt16) -> UInt32 {
    select(ports, key)
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 32, by: 8) { value |= nextByte(ports) << shift }
    return value
  }
}

/// What the directory of fw_cfg says about a file.
public struct FirmwareFile: Equatable, Sendable {
  /// The selector key, 16 bits.
  public let key: UInt16
  /// The number of bytes.
  public let size: UInt32

  /// Creates an entry.
  public init(key: UInt16, size: UInt32) {
    self.key = key
    self.size = size
  }
}
