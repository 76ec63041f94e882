import Glibc
import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The window of the enhanced mechanism on KVM",
  .needsKVM, .hangLimit)
struct ReadOnlyWindowTests {
  /// Reads the window's first doubleword so many times, and ends with 1 where it is the host
  /// bridge's.
  private func firmware(reads count: UInt32) throws -> FirmwareImage {
    try WindowFirmware.image(
      [0xB9] + WindowFirmware.little(count)  // mov ecx, count
        + [0xA1] + WindowFirmware.little(0xB000_0000)  // mov eax, [0xb0000000]
        + [
          0x49, 0x75, 0xF8,  // dec ecx; jnz
          0x3D, 0x86, 0x80, 0xC0, 0x29, 0x0F, 0x94, 0xC0,  // cmp eax, 0x29c08086; sete al
          0xE6, 0xF4,  // out 0xf4, al
        ])
  }

  /// How often a guest leaves that reads the window so many times; it ends as it should.
  private func exits(reads count: UInt32, _ ecam: BoardConfiguration.ECAM) throws -> UInt64 {
    let configuration = BoardConfiguration(
      firmware: try firmware(reads: count), memory: 2, ecam: ecam)
    var board = try Board(configuration, on: System(), serialOutput: Recording())
    #expect(try board.run(limit: .hangLimit) == .debugExit(1))
    return board.exitCount
  }

  @Test("100,000 reads of a read-only window never leave the guest")
  func readOnly() throws {
    // Two writes to the ports of mechanism 1, and the one that ends.
    #expect(try exits(reads: 100_000, .readOnly) == 3)
  }

  @Test("Where no function answers, only the first read of each 2 MiB leaves the guest")
  func absentBuses() throws {
    // mov esi, 0xb0000000; mov ecx, 65536; mov eax, [esi]; add esi, 4096; dec ecx; jnz
    // out 0xf4, al
    let firmware = try WindowFirmware.image([
      0xBE, 0x00, 0x00, 0x00, 0xB0, 0xB9, 0x00, 0x00, 0x01, 0x00, 0x8B, 0x06, 0x81, 0xC6, 0x00,
      0x10, 0x00, 0x00, 0x49, 0x75, 0xF5, 0xE6, 0xF4,
    ])
    var board = try Board(
      BoardConfiguration(firmware: firmware, memory: 2, ecam: .readOnly), on: System(),
      serialOutput: Recording())
    #expect(try board.run(limit: .hangLimit) == .debugExit(0xFF))
    // All pieces but the first, where bus 0 is.
    #expect(board.exitCount == 3 + 127)
  }

  @Test("Each read of a trapped window leaves the guest once")
  func trapped() throws {
    #expect(try exits(reads: 1000, .trapped) == 1003)
  }

  @Test("Without its register the window cannot be opened")
  func off() throws {
    let configuration = BoardConfiguration(firmware: try firmware(reads: 1), memory: 2, ecam: .off)
    var board = try Board(configuration, on: System(), serialOutput: Recording())
    #expect(try board.run(limit: .hangLimit) == .debugExit(0))
  }

  @Test("A window over memory or the ROM stays trapped and harms nothing")
  func overMemory() throws {
    let host = PCIHost.q35()
    let machine = try System().createMachine()
    let mirror = ConfigurationMirror(firstSlot: 0, reserved: [0...0x1FFF_FFFF])
    for base in [UInt32(0), 0x1000_0000] {
      host.write(base | 1, to: .hostBridge, at: 0x60, size: 4)
      try mirror.update(host, machine)
      // No slot is there: another one fits.
      try machine.setSlot(
        1, to: MemorySlot(address: UInt64(base), memory: GuestMemory(count: 4096)))
      try machine.removeSlot(1)
    }
  }
}
