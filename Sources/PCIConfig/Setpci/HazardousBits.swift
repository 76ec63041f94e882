/// Bits of a doubleword that may stop something when they are written.
struct HazardousBits {
  /// The doubleword's register, a multiple of 4. Where a damaged list leads to the end of the
  /// space, it may lie behind it.
  let register: UInt16
  /// The bits: 1 for each.
  let bits: UInt32
  /// What they may stop.
  let hazard: WriteHazard

  /// - Parameters:
  ///   - hazard: What they may stop.
  ///   - register: A multiple of 4.
  ///   - bits: The bits.
  init(_ hazard: WriteHazard, at register: UInt16, _ bits: UInt32 = .max) {
    self.register = register
    self.bits = bits
    self.hazard = hazard
  }

  /// All bits of consecutive bytes.
  ///
  /// - Parameters:
  ///   - hazard: What they may stop.
  ///   - bytes: Their registers.
  static func bytes(_ hazard: WriteHazard, _ bytes: Range<UInt16>) -> [HazardousBits] {
    stride(from: bytes.lowerBound & ~3, to: bytes.upperBound, by: 4).map { register in
      var bits = UInt32.max
      if register < bytes.lowerBound { bits <<= UInt32(bytes.lowerBound - register) * 8 }
      let behind = register + 4
      if behind > bytes.upperBound {
        bits &= .max >> (UInt32(behind - bytes.upperBound) * 8)
      }
      return HazardousBits(hazard, at: register, bits)
    }
  }

  /// Those of a header.
  static func header(_ layout: HeaderLayout) -> [HazardousBits] {
    let common = bytes(.command, 0x04..<0x06) + bytes(.builtInSelfTest, 0x0F..<0x10)
    switch layout {
    case .device:
      return common + bytes(.baseAddress, 0x10..<0x28) + bytes(.expansionROM, 0x30..<0x34)
    case .bridge:
      return common + bytes(.baseAddress, 0x10..<0x18) + bytes(.busNumbers, 0x18..<0x1B)
        + bytes(.bridgeWindow, 0x1C..<0x1E) + bytes(.bridgeWindow, 0x20..<0x34)
        + bytes(.expansionROM, 0x38..<0x3C) + bytes(.bridgeControl, 0x3E..<0x40)
    case .cardBus:
      return common + bytes(.baseAddress, 0x10..<0x14) + bytes(.busNumbers, 0x18..<0x1B)
        + bytes(.bridgeWindow, 0x1C..<0x3C) + bytes(.bridgeControl, 0x3E..<0x40)
        + bytes(.baseAddress, 0x44..<0x48)
    case .undefined: return common + bytes(.undefinedHeader, 0x10..<0x40)
    }
  }
}
