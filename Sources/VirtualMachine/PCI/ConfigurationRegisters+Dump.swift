import PCIConfig

/// Registers as somebody has dumped them.
extension ConfigurationRegisters {
  /// Creates the registers of a function from a dump.
  ///
  /// A dump does not tell what can be written. Guests write what a header of its type lets them
  /// write (PCI Local Bus Specification 3.0, 6.2; PCI-to-PCI Bridge Architecture Specification 1.2,
  /// 3.2): command, cache line size, interrupt line, base addresses, and of a bridge bus numbers,
  /// windows and control. Ones clear the errors in status. Everything else is read-only, all
  /// capabilities included, and all of a header that no specification defines.
  ///
  /// A base address register is for as many addresses as the alignment of its address allows, at
  /// most 256 ports or 1 MiB, which is what bridges' windows are multiples of. One that is zero
  /// stays zero, as if it were not implemented.
  ///
  /// Registers that the dump has not are zero: at 100h that is a function without extended
  /// capabilities (PCI Express Base Specification 6.0, 7.6.1). Where the dump ends before, a function
  /// without a PCI Express capability has no registers from 100h on.
  ///
  /// - Parameter image: The function's registers from 0 on, as many as the dump has.
  public init(_ image: ConfigurationImage) {
    let bytes = Array(image.bytes.prefix(Extent.extended.rawValue))
    let conventional = Extent.conventional.rawValue
    let padding = Array(repeating: UInt8(0), count: max(0, conventional - bytes.count))
    let whole = ConfigurationImage(bytes + padding)
    guard let header = try? Header(whole) else {
      self.init(bytes, bytes.count > conventional ? .extended : .conventional)
      return
    }
    let isExpress = CapabilityList(whole, header).capabilities
      .contains { $0.id == .express }
    self.init(bytes, bytes.count > conventional || isExpress ? .extended : .conventional)
    allowWrites(header)
  }

  /// Creates registers that are read-only.
  private init(_ bytes: [UInt8], _ extent: Extent) {
    self.init(extent)
    for (offset, byte) in bytes.enumerated() { set(offset, to: byte) }
  }

  private mutating func allowWrites(_ header: Header) {
    switch header.layout {
    case .device, .cardBus: break
    case .bridge: allowBridgeWrites()
    case .undefined: return
    }
    allow(0x04, writable: 0x0547 as UInt16)  // command
    allow(0x06, clearable: 0xF900 as UInt16)  // status
    allow(0x0C, writable: 0xFF as UInt8)  // cache line size
    allow(0x3C, writable: 0xFF as UInt8)  // interrupt line
    for address in header.baseAddresses { allow(address) }
    if let expansionROM = header.expansionROM { allow(expansionROM) }
  }

  private mutating func allowBridgeWrites() {
    allow(0x18, writable: 0x00FF_FFFF as UInt32)  // bus numbers
    allow(0x1C, writable: 0xF0F0 as UInt16)  // ports
    allow(0x1E, clearable: 0xF900 as UInt16)  // secondary status
    allow(0x20, writable: 0xFFF0_FFF0 as UInt32)  // memory
    allow(0x24, writable: 0xFFF0_FFF0 as UInt32)  // prefetchable
    // The upper halves are there where the lower ones say so.
    if byte(0x24) & 0xF == 1 {
      allow(0x28, writable: .max as UInt32)
      allow(0x2C, writable: .max as UInt32)
    }
    if byte(0x1C) & 0xF == 1 { allow(0x30, writable: .max as UInt32) }
    allow(0x3E, writable: 0x0043 as UInt16)  // parity response, SERR#, secondary reset
  }

  private mutating func allow(_ address: BaseAddressValue) {
    let offset = Int(address.register.offset)
    switch address.kind {
    case .io: allow(offset, writable: ~UInt32(Self.size(of: address, atMost: 256) - 1))
    case .memory32, .memoryBelow1MiB:
      allow(offset, writable: ~UInt32(Self.size(of: address, atMost: 1 << 20) - 1))
    case .memory64 where !address.lacksUpperHalf:
      allow(offset, writable: ~UInt64(Self.size(of: address, atMost: 1 << 20) - 1))
    case .expansionROM:
      allow(offset, writable: ~UInt32(Self.size(of: address, atMost: 1 << 20) - 1) | 1)
    case .memory64, .reserved: break
    }
  }

  /// The greatest size that the address is a multiple of, up to a limit.
  private static func size(of address: BaseAddressValue, atMost limit: UInt64) -> UInt64 {
    let alignment = address.address & (~address.address &+ 1)
    return alignment == 0 ? limit : min(alignment, limit)
  }
}
