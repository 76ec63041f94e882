import PCIConfig
import TestSupport
import Testing

struct ACPITableLoaderTests {
  private static let mcfg = MCFGTable(
    entries: [MCFGEntry(base: 0xE000_0000, segment: 0, firstBus: 0, lastBus: 255)]
  ).bytes

  private static let base: UInt64 = 0x10_0000
  private static let area = (base + 136)..<(base + 0x8000)

  /// Loads files into 32 KiB of RAM, and sees to it that nothing outside of the area is written.
  private func load(
    _ files: [(name: String, bytes: [UInt8])], into area: Range<UInt64> = area,
    hasDMA: Bool = true
  ) throws -> (ACPITableLoader, RAM) {
    let memory = RAM(count: 0xA000, at: Self.base)
    let device = SimulatedFirmwareConfiguration(memory, hasDMA: hasDMA, files: files)
    let configuration = try FirmwareConfiguration(device, memory, buffer: Self.base)
    defer {
      let before = memory.bytes[136..<Int(area.lowerBound - Self.base)]
      let behind = memory.bytes[Int(area.upperBound - Self.base)...]
      #expect(before.allSatisfy { $0 == 0xA5 } && behind.allSatisfy { $0 == 0xA5 })
    }
    return (try ACPITableLoader(configuration, into: area), memory)
  }

  @Test(arguments: [true, false])
  func `MCFG is found through what was loaded`(hasDMA: Bool) throws {
    var files = LoaderFiles(Self.mcfg)
    files.script.add(0)
    files.script.add(4)
    files.script.add(99)
    let (loader, memory) = try load(files.files, hasDMA: hasDMA)
    // Behind the script of 9 commands comes the root pointer, behind it the tables.
    #expect(loader.rootPointerAddress == 0x10_0510)
    #expect(loader.free == 0x10_0540 + UInt64(files.tables.count)..<0x10_8000)
    #expect(loader.skippedCount == 2)
    let rootPointer = try ACPIRootPointer(at: loader.rootPointerAddress, in: memory)
    #expect(rootPointer.rsdtAddress == 0x10_0580)
    let tables = try ACPITables(rootPointer, in: memory)
    #expect(try tables.table(MCFG.signature)?.bytes == Self.mcfg)
  }

  @Test func `pointers of all sizes are patched, others stay as they are`() throws {
    var script = LoaderCommands()
    script.allocate("etc/acpi/rsdp", alignment: 1)
    script.allocate("a", alignment: 0x1000)
    for (offset, size) in [(1, 8), (9, 4)] as [(UInt32, UInt8)] {
      script.addPointer("etc/acpi/rsdp", at: offset, to: "a", size: size)
    }
    let (loader, memory) = try load([
      ("a", [1, 2, 3, 4]), ("etc/acpi/rsdp", [9, 3] + [UInt8](repeating: 0, count: 12)),
      ("etc/table-loader", script.bytes),
    ])
    #expect(loader.rootPointerAddress == 0x10_0288)
    let start = Int(loader.rootPointerAddress - Self.base)
    #expect(
      Array(memory.bytes[start..<(start + 14)]) == [9] + little(0x10_1003, 8)
        + little(0x10_1000, 4) + [0])
  }

  @Test func `small pointers work where addresses are small`() throws {
    let memory = RAM(count: 0x400, at: 0)
    var script = LoaderCommands()
    script.allocate("etc/acpi/rsdp", alignment: 1)
    script.addPointer("etc/acpi/rsdp", at: 1, to: "etc/acpi/rsdp", size: 2)
    let device = SimulatedFirmwareConfiguration(
      memory, files: [("etc/table-loader", script.bytes), ("etc/acpi/rsdp", [0, 2, 0, 5])])
    let configuration = try FirmwareConfiguration(device, memory, buffer: 0)
    let loader = try ACPITableLoader(configuration, into: 137..<0x400)
    // The script lies at a multiple of 4.
    #expect(loader.rootPointerAddress == 140 + 256)
    #expect(Array(memory.bytes[396..<400]) == [0] + little(396 + 2, 2) + [5])
  }

  @Test func `a checksum takes the sum from what is there`() throws {
    var script = LoaderCommands()
    script.allocate("etc/acpi/rsdp")
    script.addChecksum("etc/acpi/rsdp", at: 0, start: 1, count: 3)
    script.addChecksum("etc/acpi/rsdp", at: 3, start: 4, count: 0)
    let (loader, memory) = try load([
      ("etc/acpi/rsdp", [5, 10, 20, 30]), ("etc/table-loader", script.bytes),
    ])
    let start = Int(loader.rootPointerAddress - Self.base)
    #expect(Array(memory.bytes[start..<(start + 4)]) == [0 &+ 5 &- 60, 10, 20, 30])
  }

  @Test func `a device without script, or with part of one, is told`() {
    #expect(throws: ACPITableLoaderError.noScript) { try load([("etc/acpi/rsdp", [])]) }
    #expect(throws: ACPITableLoaderError.scriptSize(129)) {
      try load([("etc/table-loader", .init(repeating: 0, count: 129))])
    }
    #expect(throws: ACPITableLoaderError.noRootPointer) {
      try load([("etc/table-loader", .init(repeating: 0, count: 128))])
    }
    #expect(
      throws: ACPITableLoaderError.firmwareConfiguration(.noRoom(size: 0x8000, room: 0x7F78))
    ) {
      try load([("etc/table-loader", .init(repeating: 0, count: 0x8000))])
    }
  }

  @Test func `a command that cannot be executed is told`() {
    func expect(
      _ error: ACPITableLoaderError, _ command: (inout LoaderCommands) -> Void,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      var script = LoaderCommands()
      script.allocate("etc/acpi/rsdp")
      script.allocate("a")
      command(&script)
      #expect(throws: error, sourceLocation: sourceLocation) {
        try load([
          ("a", [1, 0, 0, 0, 8, 0, 0, 0]), ("b", [0]), ("d", [1]),
          ("etc/acpi/rsdp", [1, 2, 3, 4]), ("etc/table-loader", script.bytes),
        ])
      }
    }

    expect(.noFile(command: 2)) { $0.allocate("c") }
    expect(.secondAllocation(command: 2)) { $0.allocate("a") }
    expect(.alignment(command: 2, 0)) { $0.allocate("d", alignment: 0) }
    expect(.alignment(command: 2, 24)) { $0.allocate("d", alignment: 24) }
    expect(.firmwareConfiguration(.noRoom(size: 1, room: 0))) {
      $0.allocate("d", alignment: 1 << 31)
    }
    expect(.notAllocated(command: 2)) { $0.addPointer("b", at: 0, to: "a") }
    expect(.notAllocated(command: 2)) { $0.addPointer("a", at: 0, to: "b") }
    expect(.notAllocated(command: 2)) { $0.addPointer("a", at: 0, to: "") }
    expect(.pointerSize(command: 2, 0)) { $0.addPointer("a", at: 0, to: "a", size: 0) }
    expect(.pointerSize(command: 2, 3)) { $0.addPointer("a", at: 0, to: "a", size: 3) }
    expect(.pointerSize(command: 2, 16)) { $0.addPointer("a", at: 0, to: "a", size: 16) }
    expect(.outOfFile(command: 2, offset: 5, count: 4)) { $0.addPointer("a", at: 5, to: "a") }
    expect(.outOfFile(command: 2, offset: .max, count: 8)) {
      $0.addPointer("a", at: .max, to: "a", size: 8)
    }
    expect(.pointerTarget(command: 2, offset: 8)) { $0.addPointer("a", at: 4, to: "a") }
    expect(.pointerOverflow(command: 2, 0x10_0221)) {
      $0.addPointer("a", at: 0, to: "a", size: 2)
    }
    expect(.notAllocated(command: 2)) { $0.addChecksum("b", at: 0, start: 0, count: 1) }
    expect(.outOfFile(command: 2, offset: 8, count: 1)) {
      $0.addChecksum("a", at: 8, start: 0, count: 1)
    }
    expect(.outOfFile(command: 2, offset: 1, count: .max)) {
      $0.addChecksum("a", at: 0, start: 1, count: .max)
    }
    // Of 12 bytes, 48 may be summed up.
    expect(.endlessChecksums(command: 8)) {
      for _ in 0..<7 { $0.addChecksum("a", at: 0, start: 0, count: 8) }
    }
  }

  @Test func `more files than are kept count of are refused`() {
    var script = LoaderCommands()
    var files: [(name: String, bytes: [UInt8])] = []
    for index in 0..<33 {
      script.allocate("file\(index)")
      files.append(("file\(index)", []))
    }
    #expect(throws: ACPITableLoaderError.fileCount(command: 32, limit: 32)) {
      try load(files + [("etc/table-loader", script.bytes)])
    }
  }

  @Test func `damaged scripts end in tables or an error, and stay in the area`() throws {
    var random = SeededGenerator(seed: 6)
    let good = LoaderFiles(Self.mcfg)
    var loaded = 0
    var refused = 0
    for _ in 0..<3_000 {
      var files = good
      var script = files.script.bytes
      for _ in 0...Int.random(in: 0...3, using: &random) {
        // A byte that counts: the number, an alignment, a size, an offset, or a letter.
        let field = [0, 4, 60, 64, 68, 71, 116, 119, 120, .random(in: 0..<128, using: &random)]
        let offset = 128 * .random(in: 0..<6, using: &random)
        script[offset + (field.randomElement(using: &random) ?? 0)] =
          [0, 1, 2, 3, 4, 8, 0x80, 0xFF].randomElement(using: &random) ?? 0
      }
      if Bool.random(using: &random) { files.tables.removeLast(50) }
      do {
        _ = try load(files.files.dropLast() + [("etc/table-loader", script)])
        loaded += 1
      } catch let error as ACPITableLoaderError {
        refused += error.description.contains("\n") ? 0 : 1
      }
    }
    #expect(loaded + refused == 3_000)
    #expect(loaded > 0 && refused > 0)
  }

  @Test func `each error says what was found and what was expected`() {
    let errors: [ACPITableLoaderError] = [
      .firmwareConfiguration(.signature(0)), .noScript, .scriptSize(129), .noFile(command: 1),
      .secondAllocation(command: 2), .fileCount(command: 3, limit: 32),
      .alignment(command: 4, 24), .notAllocated(command: 5), .pointerSize(command: 6, 3),
      .outOfFile(command: 7, offset: 5, count: 4), .pointerTarget(command: 8, offset: 9),
      .pointerOverflow(command: 9, 0x1_0000), .endlessChecksums(command: 10), .noRootPointer,
    ]
    let loader = "ACPI table loader"
    #expect(
      errors.map { "\($0)" } == [
        "fw_cfg signature 0x0: expected 0x554d4551",
        "fw_cfg: no file etc/table-loader",
        "\(loader): a script of 129 bytes: expected a multiple of 128",
        "\(loader), command 1: expected a file that the device has",
        "\(loader), command 2: expected one allocation of each file",
        "\(loader), command 3: expected 32 files at most",
        "\(loader), command 4: alignment 24: expected a power of two",
        "\(loader), command 5: expected a file that was allocated before",
        "\(loader), command 6: a pointer of 3 bytes: expected 1, 2, 4 or 8",
        "\(loader), command 7: 4 bytes at 5: expected them in the file",
        "\(loader), command 8: a pointer to offset 9: expected one in the file",
        "\(loader), command 9: address 0x10000: expected one that fits into the pointer",
        "\(loader), command 10: checksums over many times more bytes than there are",
        "\(loader): the script allocates no etc/acpi/rsdp",
      ])
  }
}
