import PCIConfig

/// The registers of a function of which those behind the header are read when they are asked for:
/// reading one that is not defined can stop a device.
final class RegistersOnDemand: FunctionRegisters {
  private let access: FunctionAccess
  private let identification: UInt32
  private var bytes: [UInt8]
  private let headerCount: Int
  private var known: Set<UInt16> = []

  /// Takes a function.
  ///
  /// - Parameters:
  ///   - access: The function's registers.
  ///   - bytes: Those that were read, from the first on.
  ///   - identification: Its vendor and device ID, which a virtual function does not return.
  init(_ access: FunctionAccess, after bytes: [UInt8], identification: UInt32) {
    self.access = access
    self.bytes = bytes
    headerCount = bytes.count
    self.identification = identification
  }

  func doubleword(at offset: UInt16) -> UInt32? {
    guard offset > 0 else { return identification }
    let start = Int(offset)
    if start + 4 > headerCount, !known.contains(offset) {
      guard let value = try? access.read(Register(integerLiteral: offset), .doubleword).value else {
        return nil
      }
      // All ones stand for a bus that does not carry these registers (Linux,
      // `pci_cfg_space_size_ext`).
      guard offset != 0x100 || value != .max else { return nil }
      known.insert(offset)
      while bytes.count < start + 4 { bytes.append(0) }
      for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
    return ConfigurationImage(bytes).doubleword(at: offset)
  }

  /// The registers up to the last that was read; those that were not are zero.
  var image: ConfigurationImage { ConfigurationImage(bytes) }
}
