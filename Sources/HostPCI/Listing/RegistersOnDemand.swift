import PCIConfig

/// The registers of a function of which those behind the header are read when they are asked for:
/// reading one that is not defined can stop a device.
final class RegistersOnDemand: FunctionRegisters {
  private let registers: IdentifiedRegisters<FunctionSpace>
  private var bytes: [UInt8]
  private let firstCount: Int
  private var known: Set<UInt16> = []

  /// Takes a function.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - bytes: Those that were read, from the first on.
  init(_ registers: IdentifiedRegisters<FunctionSpace>, after bytes: [UInt8]) {
    self.registers = registers
    self.bytes = bytes
    firstCount = bytes.count
  }

  func doubleword(at offset: UInt16) -> UInt32? {
    guard offset > 0 else { return registers.identification }
    let start = Int(offset)
    if start + 4 > firstCount, known.insert(offset).inserted {
      // All ones at 0x100 stand for a bus that does not carry these registers (Linux,
      // `pci_cfg_space_size_ext`).
      guard let value = registers.doubleword(at: offset), offset != 0x100 || value != .max else {
        known.remove(offset)
        return nil
      }
      while bytes.count < start + 4 { bytes.append(0) }
      for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
    return image.doubleword(at: offset)
  }

  /// The registers up to the last that was read; those that were not are zero.
  var image: ConfigurationImage { ConfigurationImage(bytes) }
}
