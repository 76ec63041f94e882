import Glibc
import KVM
import Testing

@testable import VirtualMachine

@Suite(
  "The window of the enhanced mechanism on KVM",
  .enabled(if: kvmIsUsable, "/dev/kvm is missing or may not be opened"), .timeLimit(.minutes(1)))
struct ReadOnlyWindowTests {
  /// Opens the window at 0xB0000000 by mechanism 1, reads its first doubleword so many times in
  /// 32-bit mode, and ends with 1 where it is the host bridge's.
  private func firmware(reads count: UInt32) throws -> FirmwareImage {
    var code: [UInt8] = [
      0xBA, 0xF8, 0x0C,  // mov dx, 0xcf8
      0x66, 0xB8, 0x60, 0x00, 0x00, 0x80, 0x66, 0xEF,  // mov eax, 0x80000060; out dx, eax
      0xB2, 0xFC,  // mov dl, 0xfc
      0x66, 0xB8, 0x01, 0x00, 0x00, 0xB0, 0x66, 0xEF,  // mov eax, 0xb0000001; out dx, eax
      0x2E, 0x66, 0x0F, 0x01, 0x16, 0x50, 0x00,  // lgdt [cs:0x50]
      0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0,  // mov eax, cr0; or al, 1; mov cr0, eax
      0x66, 0xEA, 0x2C, 0x00, 0x0F, 0x00, 0x08, 0x00,  // jmp 8:0xf002c
      0x66, 0xB8, 0x10, 0x00, 0x8E, 0xD8,  // mov ax, 16; mov ds, ax
      0xB9, 0x00, 0x00, 0x00, 0x00,  // mov ecx, count
      0xA1, 0x00, 0x00, 0x00, 0xB0,  // mov eax, [0xb0000000]
      0x49, 0x75, 0xF8,  // dec ecx; jnz
      0x3D, 0x86, 0x80, 0xC0, 0x29, 0x0F, 0x94, 0xC0,  // cmp eax, 0x29c08086; sete al
      0xE6, 0xF4,  // out 0xf4, al
    ]
    for index in 0..<4 { code[51 + index] = UInt8(truncatingIfNeeded: count >> UInt32(8 * index)) }
    code += Array(repeating: 0x90, count: 0x50 - code.count)
    code += [0x17, 0x00, 0x58, 0x00, 0x0F, 0x00, 0x90, 0x90]  // limit 23, base f0058
    code += [UInt8](repeating: 0, count: 8)
    code += [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xCF, 0x00]
    code += [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x93, 0xCF, 0x00]
    var bytes = [UInt8](repeating: 0xFF, count: 65536)
    bytes.replaceSubrange(0..<code.count, with: code)
    bytes.replaceSubrange(65520..<65525, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    return try FirmwareImage(bytes)
  }

  /// How often a guest leaves that reads the window so many times; it ends as it should.
  private func exits(reads count: UInt32, _ ecam: BoardConfiguration.ECAM) throws -> UInt64 {
    let configuration = BoardConfiguration(
      firmware: try firmware(reads: count), memory: 2, ecam: ecam)
    var board = try Board(configuration, on: System(), serialOutput: Recording())
    #expect(try board.run(limit: .seconds(50)) == .debugExit(1))
    return board.exitCount
  }

  @Test("100,000 reads of a read-only window never leave the guest")
  func readOnly() throws {
    // Two writes to the ports of mechanism 1, and the one that ends.
    #expect(try exits(reads: 100_000, .readOnly) == 3)
  }

  @Test("Each read of a trapped window leaves the guest once")
  func trapped() throws {
    #expect(try exits(reads: 1000, .trapped) == 1003)
  }

  @Test("Without its register the window cannot be opened")
  func off() throws {
    let configuration = BoardConfiguration(firmware: try firmware(reads: 1), memory: 2, ecam: .off)
    var board = try Board(configuration, on: System(), serialOutput: Recording())
    #expect(try board.run(limit: .seconds(50)) == .debugExit(0))
  }

  @Test("A window over memory or the ROM stays trapped and harms nothing")
  func overMemory() throws {
    let host = PCIHost.q35()
    let machine = try System().createMachine()
    let mirror = try ConfigurationMirror(slot: 0, reserved: [0...0x1FFF_FFFF])
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
