extension FunctionRegisters {
  /// Reads a byte.
  ///
  /// - Parameter offset: The register, 0 to 4095.
  /// - Returns: The value; `nil` where these registers do not reach so far.
  public func byte(at offset: UInt16) -> UInt8? {
    doubleword(at: offset & ~3).map { UInt8(truncatingIfNeeded: $0 >> UInt32(offset % 4 * 8)) }
  }

  /// Reads a word.
  ///
  /// - Parameter offset: The register, a multiple of 2 from 0 to 4094.
  /// - Returns: The value; `nil` where these registers do not reach so far.
  public func word(at offset: UInt16) -> UInt16? {
    doubleword(at: offset & ~3).map { UInt16(truncatingIfNeeded: $0 >> UInt32(offset % 4 * 8)) }
  }

  /// Reads consecutive doublewords.
  ///
  /// - Parameters:
  ///   - register: The first register, a multiple of 4.
  ///   - offset: How far behind `register` to begin, a multiple of 4.
  ///   - count: How many.
  /// - Returns: The values; `nil` where one of them is not reached.
  func doublewords(of register: Register, at offset: UInt16 = 0, count: UInt16) -> [UInt32]? {
    var values: [UInt32] = []
    for index in 0..<count {
      let position = register.offset + offset + index * 4
      guard position < 4096, let value = doubleword(at: position) else { return nil }
      values.append(value)
    }
    return values
  }
}
