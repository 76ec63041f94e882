/// Pieces of 32-bit code for ``WindowFirmware``.
enum ProtectedCode {
  /// Writes a doubleword to a port.
  static func out(_ port: UInt16, _ value: UInt32) -> [UInt8] {
    movDX(port) + mov(eax: value) + [0xEF]
  }

  /// Reads a doubleword from a port into EAX.
  static func `in`(_ port: UInt16) -> [UInt8] { movDX(port) + [0xED] }

  /// Writes a byte to a port.
  static func outByte(_ port: UInt16, _ value: UInt8) -> [UInt8] {
    movDX(port) + [0xB0, value, 0xEE]
  }

  /// Reads a byte from a port into AL.
  static func inByte(_ port: UInt16) -> [UInt8] { movDX(port) + [0xEC] }

  /// Writes a configuration register of bus 0 by mechanism #1.
  static func configure(_ device: UInt32, _ register: UInt32, _ value: UInt32) -> [UInt8] {
    out(0xCF8, 1 << 31 | device << 11 | register) + out(0xCFC, value)
  }

  /// Reads a configuration register of bus 0 by mechanism #1 into EAX.
  static func readConfiguration(_ device: UInt32, _ register: UInt32) -> [UInt8] {
    out(0xCF8, 1 << 31 | device << 11 | register) + `in`(0xCFC)
  }

  /// Writes a doubleword to memory.
  static func store(_ address: UInt32, _ value: UInt32) -> [UInt8] {
    [0xC7, 0x05] + WindowFirmware.little(address) + WindowFirmware.little(value)
  }

  /// Writes a word to memory.
  static func storeWord(_ address: UInt32, _ value: UInt16) -> [UInt8] {
    [0x66, 0xC7, 0x05] + WindowFirmware.little(address) + WindowFirmware.little(UInt32(value))[..<2]
  }

  /// Writes a byte to memory.
  static func storeByte(_ address: UInt32, _ value: UInt8) -> [UInt8] {
    [0xC6, 0x05] + WindowFirmware.little(address) + [value]
  }

  /// Reads a doubleword from memory into EAX.
  static func load(_ address: UInt32) -> [UInt8] { [0xA1] + WindowFirmware.little(address) }

  /// Does something so many times; it must leave ECX alone.
  static func `repeat`(_ count: UInt32, _ body: [UInt8]) -> [UInt8] {
    // mov ecx, count; body; dec ecx; jnz body
    [0xB9] + WindowFirmware.little(count) + body + [0x49, 0x0F, 0x85]
      + WindowFirmware.little(UInt32(bitPattern: -Int32(body.count + 7)))
  }

  /// Ends the guest with AL.
  static let exit: [UInt8] = [0xE6, 0xF4]

  /// Ends the guest with 1 where EAX is a value, else with 0.
  static func exit(whetherEAXIs value: UInt32) -> [UInt8] {
    // cmp eax, value; sete al
    [0x3D] + WindowFirmware.little(value) + [0x0F, 0x94, 0xC0] + exit
  }

  /// Goes on for ever.
  static let spin: [UInt8] = [0xEB, 0xFE]

  private static func movDX(_ value: UInt16) -> [UInt8] {
    [0x66, 0xBA] + WindowFirmware.little(UInt32(value))[..<2]
  }

  private static func mov(eax value: UInt32) -> [UInt8] { [0xB8] + WindowFirmware.little(value) }
}
