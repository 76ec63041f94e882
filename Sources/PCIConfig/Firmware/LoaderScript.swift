/// The script of the ACPI table loader in memory, and the files that it has allocated so far.
///
/// A command has 128 bytes: its number, and what it needs, packed and little-endian (QEMU,
/// hw/acpi/bios-linker-loader.c).
struct LoaderScript<Ports: PortIO<Never>, Memory: PhysicalMemory<Never>> {
  /// The first address behind what was allocated, and the one behind the area.
  private(set) var free: UInt64
  let end: UInt64
  /// How many commands were passed over.
  private(set) var skippedCount = 0

  private let configuration: FirmwareConfiguration<Ports, Memory>
  private let start: UInt64
  private let size: UInt32
  /// Of each file, where its name lies, its address and the number of its bytes.
  private var names = InlineArray<32, UInt64>(repeating: 0)
  private var addresses = InlineArray<32, UInt64>(repeating: 0)
  private var sizes = InlineArray<32, UInt32>(repeating: 0)
  private var fileCount = 0
  /// How many bytes checksums may still be made of: each byte several times, but not any number.
  private var summable: UInt64 = 0
  /// The offset of the command that is executed.
  private var offset: UInt32 = 0

  typealias File = (address: UInt64, size: UInt32)

  private var memory: Memory { configuration.memory }

  /// Reads the script to the beginning of the area.
  init(
    _ configuration: FirmwareConfiguration<Ports, Memory>, into area: Range<UInt64>
  ) throws(ACPITableLoaderError) {
    self.configuration = configuration
    end = area.upperBound
    // Fields of commands are read as doublewords.
    start = area.lowerBound + min((0 &- area.lowerBound) & 3, end - area.lowerBound)
    let script: FirmwareFile?
    do throws(FirmwareConfigurationError) {
      script = try configuration.file("etc/table-loader")
      if let script { try configuration.read(script, into: start..<end) }
    } catch {
      throw .firmwareConfiguration(error)
    }
    guard let script else { throw .noScript }
    size = script.size
    free = start + UInt64(size)
    guard size % 128 == 0 else { throw .scriptSize(size) }
  }

  /// The address of a file that was allocated.
  func address(of name: StaticString) -> UInt64? {
    find(configuration.put(name))?.address
  }

  /// Executes the commands one after the other.
  mutating func execute() throws(ACPITableLoaderError) {
    while offset < size {
      switch doubleword(0) {
      case 0: break
      case 1: try allocate()
      case 2: try addPointer()
      case 3: try addChecksum()
      default: skippedCount += 1
      }
      offset += 128
    }
  }

  /// ALLOCATE: name, alignment, zone.
  private mutating func allocate() throws(ACPITableLoaderError) {
    let name = field(4)
    guard find(name) == nil else { throw .secondAllocation(command: command) }
    guard fileCount < names.count else { throw .fileCount(command: command, limit: names.count) }
    let alignment = doubleword(60)
    guard alignment.nonzeroBitCount == 1 else { throw .alignment(command: command, alignment) }
    let padding = min((0 &- free) & UInt64(alignment - 1), end - free)
    let address = free + padding
    do throws(FirmwareConfigurationError) {
      if let file = try configuration.file(namedAt: name) {
        try configuration.read(file, into: address..<end)
        names[fileCount] = name
        addresses[fileCount] = address
        sizes[fileCount] = file.size
        fileCount += 1
        free = address + UInt64(file.size)
        summable += 4 * UInt64(file.size)
        return
      }
    } catch {
      throw .firmwareConfiguration(error)
    }
    throw .noFile(command: command)
  }

  /// ADD_POINTER: name of the file with the pointer, name of the file that it points into, offset
  /// and size of the pointer, which holds an offset until then.
  private func addPointer() throws(ACPITableLoaderError) {
    let target = try file(field(60))
    let count = memory.read(address: field(120), width: .byte)
    guard count <= 8, count.nonzeroBitCount == 1 else {
      throw .pointerSize(command: command, count)
    }
    let pointer = try place(in: file(field(4)), doubleword(116), count)
    let targetOffset = memory.littleEndian(at: pointer, count: UInt64(count))
    guard targetOffset < target.size else {
      throw .pointerTarget(command: command, offset: targetOffset)
    }
    let value = target.address + targetOffset
    guard count == 8 || value >> UInt64(8 * count) == 0 else {
      throw .pointerOverflow(command: command, value)
    }
    memory.writeLittleEndian(value, at: pointer, count: UInt64(count))
  }

  /// ADD_CHECKSUM: name, offset of the checksum, offset and number of the bytes that are summed up.
  private mutating func addChecksum() throws(ACPITableLoaderError) {
    let file = try file(field(4))
    let checksum = try place(in: file, doubleword(60), 1)
    let count = doubleword(68)
    var next = try place(in: file, doubleword(64), count)
    guard count <= summable else { throw .endlessChecksums(command: command) }
    summable -= UInt64(count)
    var value = memory.read(address: checksum, width: .byte)
    for _ in 0..<count {
      value &-= memory.read(address: next, width: .byte)
      next += 1
    }
    memory.write(address: checksum, width: .byte, value: value & 0xFF)
  }

  /// The number of the command that is executed.
  private var command: UInt32 { offset / 128 }

  /// The address of a field of the command.
  private func field(_ offset: UInt64) -> UInt64 { start + UInt64(self.offset) + offset }

  private func doubleword(_ offset: UInt64) -> UInt32 {
    memory.read(address: field(offset), width: .doubleword)
  }

  /// The file of a name that lies in memory, if it was allocated.
  func find(_ name: UInt64) -> File? {
    for index in 0..<fileCount where memory.isSameText(names[index], name, limit: 56) {
      return (addresses[index], sizes[index])
    }
    return nil
  }

  private func file(_ name: UInt64) throws(ACPITableLoaderError) -> File {
    guard let file = find(name) else { throw .notAllocated(command: command) }
    return file
  }

  /// The address of bytes of a file.
  private func place(
    in file: File, _ offset: UInt32, _ count: UInt32
  ) throws(ACPITableLoaderError) -> UInt64 {
    guard UInt64(offset) + UInt64(count) <= UInt64(file.size) else {
      throw .outOfFile(command: command, offset: offset, count: count)
    }
    return file.address + UInt64(offset)
  }
}
