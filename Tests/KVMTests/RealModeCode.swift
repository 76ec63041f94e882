/// Instructions of real mode. Addresses are offsets in the data segment.
enum Code {
  /// `hlt`
  static let halt: [UInt8] = [0xF4]

  /// `mov ax, 0xd000; mov ds, ax; mov es, ax`: offset 0 is physical address 0xD0000.
  static let dataSegment: [UInt8] = [0xB8, 0x00, 0xD0, 0x8E, 0xD8, 0x8E, 0xC0]

  /// `mov byte/word/dword [offset], value`
  static func store(_ value: UInt32, size: Int, at offset: UInt16) -> [UInt8] {
    wide(size) + [size == 1 ? 0xC6 : 0xC7, 0x06] + little(UInt32(offset), 2) + little(value, size)
  }

  /// `mov al/ax/eax, [offset]`
  static func load(size: Int, at offset: UInt16) -> [UInt8] {
    wide(size) + [size == 1 ? 0xA0 : 0xA1] + little(UInt32(offset), 2)
  }

  /// `out port, al/ax/eax`
  static func output(size: Int, to port: UInt8) -> [UInt8] {
    wide(size) + [size == 1 ? 0xE6 : 0xE7, port]
  }

  /// `mov eax, value; out port, al/ax/eax`
  static func output(_ value: UInt32, size: Int, to port: UInt8) -> [UInt8] {
    [0x66, 0xB8] + little(value, 4) + output(size: size, to: port)
  }

  /// `in al/ax/eax, port`
  static func input(size: Int, from port: UInt8) -> [UInt8] {
    wide(size) + [size == 1 ? 0xE4 : 0xE5, port]
  }

  /// `mov cx, count; again: mov [offset], cl; loop again`: stores `count`, …, 2, 1, of each the
  /// lowest byte.
  static func storeDown(from count: UInt16, at offset: UInt16) -> [UInt8] {
    [0xB9] + little(UInt32(count), 2) + [0x88, 0x0E] + little(UInt32(offset), 2) + [0xE2, 0xFA]
  }

  /// `mov cx, count; again: mov al, cl; out port, al; loop again`: writes `count`, …, 2, 1, of each
  /// the lowest byte.
  static func outputDown(from count: UInt16, to port: UInt8) -> [UInt8] {
    [0xB9] + little(UInt32(count), 2) + [0x88, 0xC8, 0xE6, port, 0xE2, 0xFA]
  }

  private static func wide(_ size: Int) -> [UInt8] { size == 4 ? [0x66] : [] }

  private static func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
}
