/// Images that go wrong, the same for the same seed.
struct HostileImage {
  /// What an image is full of.
  enum Kind: String, CaseIterable {
    /// Every byte by chance, the reset vector too.
    case noise
    /// Real-mode code by chance.
    case code
    /// Configuration accesses that lay windows and base addresses over everything, then accesses to
    /// memory in 32-bit mode, then a jump.
    case accesses
  }

  /// The contents, 64 KiB.
  private(set) var bytes = [UInt8](repeating: 0xF4, count: 65536)
  private var state: UInt64

  init(_ kind: Kind, seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let code: [UInt8] =
      switch kind {
      case .noise: []
      case .code: (0..<256).map { _ in UInt8(truncatingIfNeeded: next()) }
      case .accesses: accesses()
      }
    switch kind {
    case .noise: for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: next()) }
    case .code, .accesses:
      bytes.replaceSubrange(0..<code.count, with: code)
      bytes.replaceSubrange(0xFFF0..<0xFFF5, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
      // The descriptors of the 32-bit mode.
      bytes.replaceSubrange(0xF000..<0xF006, with: [0x17, 0x00, 0x08, 0xF0, 0x0F, 0x00])
      bytes.replaceSubrange(
        0xF010..<0xF020,
        with: [0xFF, 0xFF, 0, 0, 0, 0x9B, 0xCF, 0, 0xFF, 0xFF, 0, 0, 0, 0x93, 0xCF, 0])
    }
  }

  /// Marsaglia's xorshift64.
  private mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private mutating func one<Element>(of elements: [Element]) -> Element {
    elements[Int(next() % UInt64(elements.count))]
  }

  private static let functions: [UInt32] = [0x00, 0x08, 0x10, 0x11, 0x18, 0xF8, 0x0100, 0x2000]
  private static let places: [UInt32] = [
    0, 0x03F0_0000, 0x0400_0000, 0xB000_0000, 0xE000_0000, 0xF000_0000, 0xFC00_0000, 0xFFFF_0000,
  ]

  private mutating func accesses() -> [UInt8] {
    let base = one(of: Self.places)
    let length = one(of: [0, 0, 2, 4, 6] as [UInt32])
    var code = TinyROM.configure(0, 0x64, one(of: [0, 0, 0, 1, 15]))
    code += TinyROM.configure(0, 0x60, base | length | 1)
    for _ in 0..<next() % 40 {
      let value = one(of: [0, UInt32(truncatingIfNeeded: next()), one(of: Self.places)])
      let register = UInt8(one(of: [0x04, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x30, 0x3C]))
      code += TinyROM.configure(one(of: Self.functions), register, value)
    }
    code += TinyROM.configure(
      8, 0x18, one(of: [0x00FF_0100, 0x0001_0100, 0x0002_0200, 0xFFFF_FF00, 0x0001_0001]))
    for function in Self.functions { code += TinyROM.configure(function, 0x04, 7) }
    // lgdt [cs:0xf000]; mov eax, cr0; or al, 1; mov cr0, eax
    code += [0x2E, 0x66, 0x0F, 0x01, 0x16, 0x00, 0xF0, 0x0F, 0x20, 0xC0, 0x0C, 0x01]
    code += [0x0F, 0x22, 0xC0]
    // jmp 8:next; mov ax, 16; mov ds, ax; mov es, ax; mov ss, ax
    code += [0x66, 0xEA] + TinyROM.little(0xF0000 + UInt32(code.count) + 8) + [0x08, 0x00]
    code += [0x66, 0xB8, 0x10, 0x00, 0x8E, 0xD8, 0x8E, 0xC0, 0x8E, 0xD0]
    for _ in 0..<10 + next() % 300 {
      let address = TinyROM.little(address(in: base))
      let value = TinyROM.little(UInt32(truncatingIfNeeded: next()))
      code += one(of: [
        [0xA0] + address, [0xA1] + address, [0x66, 0xA1] + address,  // mov al/eax/ax, [address]
        [0xA2] + address, [0xA3] + address, [0x66, 0xA3] + address,  // mov [address], al/eax/ax
        [0xC7, 0x05] + address + value,  // mov dword [address], value
        [0x87, 0x05] + address,  // xchg [address], eax
        [0x09, 0x05] + address,  // or [address], eax
        [0x0F, 0xC7, 0x0D] + address,  // cmpxchg8b [address]
        // mov edi, address; mov ecx, 3000; cld; rep stosd
        [0xBF] + address + [0xB9, 0xB8, 0x0B, 0x00, 0x00, 0xFC, 0xF3, 0xAB],
        // mov esi, address; mov ecx, 64; rep movsd
        [0xBE] + address + [0xB9, 0x40, 0x00, 0x00, 0x00, 0xF3, 0xA5],
      ])
    }
    // out 0xf4, al; hlt; jmp [address]; ud2
    return code
      + one(of: [
        [0xE6, 0xF4], [0xF4], [0xFF, 0x25] + TinyROM.little(address(in: base)), [0x0F, 0x0B],
      ])
  }

  private mutating func address(in window: UInt32) -> UInt32 {
    let chance = UInt32(truncatingIfNeeded: next())
    return switch next() % 4 {
    case 0: chance
    case 1: one(of: Self.places) &+ chance & 0xFFF
    case 2: window &+ chance & 0xFFF_FFFF
    default: window &+ one(of: Self.functions) << 12 &+ chance & 0xFFF
    }
  }
}
