import TestSupport

/// A ROM image of 64 KiB in a file of its own, which is removed with its owner.
struct TinyROM {
  private let file: TemporaryFile
  var path: String { file.path }

  /// Writes an image.
  ///
  /// - Parameter code: Real-mode code, at F000:0000, to which the reset vector jumps.
  init(_ code: [UInt8]) throws {
    var bytes = [UInt8](repeating: 0, count: 65536)
    bytes.replaceSubrange(0..<code.count, with: code)
    bytes.replaceSubrange(0xFFF0..<0xFFF5, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    file = try TemporaryFile(bytes)
  }

  /// Code that sends a line over the serial port.
  static func printing(_ line: String) -> [UInt8] {
    [0xBA, 0xF8, 0x03] + (line + "\n").utf8.flatMap { [0xB0, $0, 0xEE] as [UInt8] }
  }

  /// Code that ends the guest with a value.
  static func exit(_ value: UInt8) -> [UInt8] { [0xB0, value, 0xE6, 0xF4] }

  /// Code that writes a doubleword of configuration space through mechanism 1.
  ///
  /// - Parameters:
  ///   - function: Bus, device and function, 16 bits.
  ///   - register: The register, a multiple of 4.
  ///   - value: The value; it remains in EAX, and the data port in DX.
  static func configure(_ function: UInt32, _ register: UInt8, _ value: UInt32) -> [UInt8] {
    // mov eax, address; mov dx, 0xcf8; out dx, eax; mov eax, value; mov dl, 0xfc; out dx, eax
    [0x66, 0xB8] + little(1 << 31 | function << 8 | UInt32(register))
      + [0xBA, 0xF8, 0x0C, 0x66, 0xEF, 0x66, 0xB8] + little(value) + [0xB2, 0xFC, 0x66, 0xEF]
  }

  /// Code that goes on in 32-bit mode, with all memory within reach of DS.
  ///
  /// - Parameter body: The code there, at most 4 KiB.
  static func protected(_ body: [UInt8]) -> [UInt8] {
    var code: [UInt8] = [
      0x2E, 0x66, 0x0F, 0x01, 0x16, 0x00, 0x20,  // lgdt [cs:0x2000]
      0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0,  // mov eax, cr0; or al, 1; mov cr0, eax
      0x66, 0xEA, 0x17, 0x00, 0x0F, 0x00, 0x08, 0x00,  // jmp 8:0xf0017
      0x66, 0xB8, 0x10, 0x00, 0x8E, 0xD8,  // mov ax, 16; mov ds, ax
    ]
    code += body
    code += Array(repeating: 0x90, count: 0x2000 - code.count)
    code += [0x17, 0x00, 0x08, 0x20, 0x0F, 0x00, 0x90, 0x90]  // limit 23, base f2008
    code += [UInt8](repeating: 0, count: 8)
    code += [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xCF, 0x00]
    return code + [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x93, 0xCF, 0x00]
  }

  /// The four bytes of a value, as instructions hold them.
  static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }

  /// Code that goes on for ever.
  static let spin: [UInt8] = [0xEB, 0xFE]
}
