import Glibc
import KVM
import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

/// A guest's memory, as its processor reads it.
private struct LowMemory: PhysicalMemory {
  let memory: GuestMemory

  func read(address: UInt64, width: AccessWidth) -> UInt32 {
    let offset = Int(address)
    return switch width {
    case .byte: UInt32(memory.load(UInt8.self, at: offset))
    case .word: UInt32(memory.load(UInt16.self, at: offset))
    case .doubleword: memory.load(UInt32.self, at: offset)
    }
  }

  func write(address: UInt64, width: AccessWidth, value: UInt32) {
    preconditionFailure("the look-up writes nothing")
  }
}

@Suite("ACPI tables")
struct ACPIImageTests {
  private func tables(
    _ table: [UInt8]?, lowMemoryEnd: Int = 0xF_0000
  ) throws -> ACPITables<LowMemory> {
    let memory = try GuestMemory(count: 1 << 20)
    ACPIImage.place(table, in: memory, below: lowMemoryEnd)
    return try ACPITables(in: LowMemory(memory: memory))
  }

  @Test("The MCFG has the window where PCIEXBAR puts it after a reset, and nothing to complain of")
  func window() throws {
    let reset = try #require(PCIExpressWindow.atReset)
    let tables = try tables(ACPIImage.mcfg(reset))
    #expect(tables.rootPointer.revision == 2)
    #expect(tables.rootPointer.rsdtAddress == 0)
    #expect(tables.addresses.count == 1)
    let table = try #require(try tables.table(MCFG.signature))
    let mcfg = MCFG(table.bytes)
    #expect(mcfg.findings == [])
    #expect(
      mcfg.entries == [MCFGEntry(base: 0xE000_0000, segment: 0, firstBus: 0, lastBus: 255)])
    // What a guest gets that opens the window as it finds the register.
    let host = PCIHost.q35()
    host.write(1, to: .hostBridge, at: PCIExpressWindow.register, size: 1)
    #expect(host.enhancedWindow == reset)
    #expect(PCIEXBAR(rawValue: PCIExpressWindow.resetValue | 1).region?.base == reset.base)
  }

  @Test("Without a window the XSDT lists nothing")
  func noWindow() throws {
    #expect(try tables(nil).addresses == [])
  }

  @Test(
    "A forged table comes unchanged",
    arguments: [
      [0xFF], Array("MCFG".utf8) + [60, 0, 0, 0, 9], (0..<3840).map { UInt8($0 & 0xFF) },
    ])
  func forged(bytes: [UInt8]) throws {
    let memory = try GuestMemory(count: 1 << 20)
    ACPIImage.place(try ForgedTable(bytes).bytes, in: memory, below: 0xF_0000)
    let address = Int(try ACPITables(in: LowMemory(memory: memory)).addresses[0])
    #expect(memory.bytes(in: address..<address + bytes.count) == bytes)
  }

  @Test(
    "They are at E0000h, or in the extended BIOS data area where the ROM shows there",
    arguments: [(0xF_0000, 0xE_0000), (0xE_1000, 0xE_0000), (0xE_0000, 0x9_F010)])
  func place(lowMemoryEnd: Int, address: UInt64) throws {
    let table = [UInt8](repeating: 0, count: 3840)
    let tables = try tables(table, lowMemoryEnd: lowMemoryEnd)
    #expect(tables.rootPointer.address == address)
    #expect(tables.addresses[0] + 3840 <= address | 0xFFF)
  }

  @Test("A forged table has a byte at least, and less than a page", arguments: [0, 3841])
  func size(count: Int) {
    #expect(throws: ForgedTableError.size(count, of: "the table")) {
      try ForgedTable(Array(repeating: 0, count: count))
    }
  }

  @Test("A forged table is a file")
  func file() throws {
    let missing = KVMError(call: "open", argument: "/no/such", errno: ENOENT)
    #expect(throws: ForgedTableError.system(missing)) {
      try ForgedTable(path: "/no/such")
    }
    let folder = KVMError(call: "read", argument: "/tmp", errno: EISDIR)
    #expect(throws: ForgedTableError.system(folder)) {
      try ForgedTable(path: "/tmp")
    }
    #expect(throws: ForgedTableError.size(0, of: "/dev/null")) {
      try ForgedTable(path: "/dev/null")
    }
    #expect(throws: ForgedTableError.size(4096, of: "/dev/zero")) {
      try ForgedTable(path: "/dev/zero")
    }
  }
}

@Suite(
  "ACPI tables in a machine",
  .needsKVM, .hangLimit)
struct ACPIBoardTests {
  /// The 256 bytes from E0000h on, as the guest sees them.
  private func bytes(
    _ acpi: BoardConfiguration.ACPI, _ ecam: BoardConfiguration.ECAM = .trapped
  ) throws -> [UInt8] {
    // mov ax, 0xe000; mov ds, ax; xor si, si; mov cx, 256; mov dx, 0x3f8; cld; rep outsb; hlt
    let code: [UInt8] = [
      0xB8, 0x00, 0xE0, 0x8E, 0xD8, 0x31, 0xF6, 0xB9, 0x00, 0x01, 0xBA, 0xF8, 0x03, 0xFC, 0xF3,
      0x6E, 0xF4,
    ]
    var image = [UInt8](repeating: 0xFF, count: 65536)
    image.replaceSubrange(0..<code.count, with: code)
    image.replaceSubrange(65520..<65525, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    let configuration = BoardConfiguration(
      firmware: try FirmwareImage(image), memory: 2, ecam: ecam, acpi: acpi)
    let output = Recording()
    var board = try Board(configuration, on: System(), serialOutput: output)
    #expect(try board.run(limit: .hangLimit) == .halted)
    return Array(output.pieces.joined())
  }

  private func expected(_ table: [UInt8]?) -> [UInt8] {
    let bytes = ACPIImage(at: 0xE_0000, table: table).bytes
    return bytes + Array(repeating: 0, count: 256 - bytes.count)
  }

  @Test("There are those that were asked for")
  func tables() throws {
    let mcfg = ACPIImage.mcfg(try #require(PCIExpressWindow.atReset))
    #expect(try bytes(.none) == Array(repeating: 0, count: 256))
    #expect(try bytes(.built) == expected(mcfg))
    #expect(try bytes(.built, .readOnly) == expected(mcfg))
    #expect(try bytes(.built, .off) == expected(nil))
    #expect(try bytes(.forged(ForgedTable([1, 2, 3])), .off) == expected([1, 2, 3]))
  }
}
