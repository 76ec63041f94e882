import VirtualMachine

/// A guest that does the same access again and again.
struct Guest {
  /// What it does.
  enum Access: String, CaseIterable {
    case portWrite = "port write"
    case portRead = "port read"
    case memoryRead = "memory read"
    case memoryWrite = "memory write"

    /// The instruction. The port is in DX, the address in ESI.
    fileprivate var code: [UInt8] {
      switch self {
      case .portWrite: [0xEE]  // out dx, al
      case .portRead: [0xEC]  // in al, dx
      case .memoryRead: [0x8B, 0x06]  // mov eax, [esi]
      case .memoryWrite: [0x89, 0x06]  // mov [esi], eax
      }
    }
  }

  /// The port: the scratch register of the serial port.
  static let port: UInt16 = 0x3FF
  /// The address: memory of the PCI function 00:02.1.
  static let address: UInt32 = 0xE000_0000

  /// The ROM, whose last 16 bytes are at the reset vector. Its end shows below 1 MiB as well.
  let image: [UInt8]

  /// Makes a guest.
  ///
  /// - Parameters:
  ///   - access: What it does.
  ///   - count: How often, before it ends itself with 0.
  init(_ access: Access, count: UInt32) {
    var code: [UInt8] = [
      0xBA, 0xF8, 0x0C,  // mov dx, 0xcf8
      0x66, 0xB8, 0x10, 0x11, 0x00, 0x80, 0x66, 0xEF,  // mov eax, 0x80001110; out dx, eax
      0xB2, 0xFC, 0x66, 0xB8,  // mov dl, 0xfc; mov eax, address
    ]
    code += Self.little(Self.address)
    code += [
      0x66, 0xEF, 0xB2, 0xF8,  // out dx, eax; mov dl, 0xf8
      0x66, 0xB8, 0x04, 0x11, 0x00, 0x80, 0x66, 0xEF,  // mov eax, 0x80001104; out dx, eax
      0xB2, 0xFC,  // mov dl, 0xfc
      0x66, 0xB8, 0x02, 0x00, 0x00, 0x00, 0x66, 0xEF,  // mov eax, 2; out dx, eax
      0x2E, 0x66, 0x0F, 0x01, 0x16, 0xA0, 0x00,  // lgdt [cs:0xa0]
      0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0,  // mov eax, cr0; or al, 1; mov cr0, eax
    ]
    let protected = UInt32(code.count + 8)
    code += [0x66, 0xEA] + Self.little(0xF0000 + protected) + [0x08, 0x00]  // jmp 8:protected
    code += [0x66, 0xB8, 0x10, 0x00, 0x8E, 0xD8]  // mov ax, 16; mov ds, ax
    code += [0xBE] + Self.little(Self.address)  // mov esi, address
    code += [0xB9] + Self.little(count)  // mov ecx, count
    code += [0x66, 0xBA, UInt8(Self.port & 0xFF), UInt8(Self.port >> 8)]  // mov dx, port
    code += [0x31, 0xC0]  // xor eax, eax
    let back = UInt8(bitPattern: Int8(-(access.code.count + 3)))
    code += access.code + [0x49, 0x75, back]  // dec ecx; jnz
    code += [0x31, 0xC0, 0xE6, 0xF4]  // xor eax, eax; out 0xf4, al
    code += [UInt8](repeating: 0x90, count: 0xA0 - code.count)
    code += [0x17, 0x00, 0xA8, 0x00, 0x0F, 0x00, 0x90, 0x90]  // limit 23, base f00a8
    code += [UInt8](repeating: 0, count: 8)
    code += [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xCF, 0x00]
    code += [0xFF, 0xFF, 0x00, 0x00, 0x00, 0x93, 0xCF, 0x00]

    var image = [UInt8](repeating: 0xFF, count: 65536)
    image.replaceSubrange(0..<code.count, with: code)
    image.replaceSubrange(0xFFF0..<0xFFF5, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    self.image = image
  }

  private static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }
}
