import PCIConfig

/// A function's registers as they are now, for what must be looked up in them.
struct CurrentRegisters: FunctionRegisters {
  let registers: FunctionAccess
  /// The identification that the kernel has: a virtual function returns all ones for it.
  let identification: UInt32

  func doubleword(at offset: UInt16) -> UInt32? {
    guard offset > 0 else { return identification }
    return try? registers.read(Register(integerLiteral: offset), .doubleword).value
  }
}
