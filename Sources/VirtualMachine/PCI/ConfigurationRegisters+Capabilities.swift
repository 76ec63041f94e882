import PCIConfig

/// Capabilities of PCI Express functions (PCI Express Base Specification 6.0, 7.5 to 7.9).
extension ConfigurationRegisters {
  /// What a PCI Express function is: the type field of its capability (7.5.3.2).
  public enum PortType: UInt16, Sendable {
    /// An endpoint behind a link.
    case endpoint = 0
    /// A root port.
    case rootPort = 4
    /// An endpoint inside the root complex.
    case integratedEndpoint = 9
  }

  /// Adds the two capabilities that every PCI Express function has: power management at 40h, which
  /// knows D0 and D3hot, and PCI Express at 50h.
  ///
  /// - Parameter type: What the function is.
  mutating func addPCIExpressCapabilities(_ type: PortType) {
    set(0x06, to: 0x0010 as UInt16)  // status: there is a list
    set(0x34, to: 0x40 as UInt8)

    set(0x40, to: CapabilityID.powerManagement.rawValue)
    set(0x41, to: 0x50 as UInt8)
    set(0x42, to: 0x0003 as UInt16)  // version 3
    set(0x44, to: 0x0008 as UInt16, writable: 0x0003)  // no soft reset; power state

    set(0x50, to: CapabilityID.express.rawValue)
    set(0x52, to: 2 | type.rawValue << 4)  // version 2
    set(0x54, to: 0x0000_8000 as UInt32)  // role-based error reporting
    set(0x58, to: 0x2810 as UInt16, writable: 0x7CFF)
    set(0x5A, to: 0 as UInt16, clearable: 0x000F)
    if type != .integratedEndpoint {
      set(0x5C, to: 0x0000_0C11 as UInt32)  // 2.5 GT/s, one lane
      set(0x60, to: 0 as UInt16, writable: 0x00C3)
      set(0x62, to: 0x0011 as UInt16)
    }
    if type == .rootPort {
      set(0x6C, to: 0 as UInt16, writable: 0x001F)
      set(0x70, to: 0 as UInt32, clearable: 0x0001_0000)
    }
  }

  /// Adds Advanced Error Reporting (7.8.4) with nothing to report.
  ///
  /// - Parameters:
  ///   - offset: Where, from 100h on.
  ///   - next: The offset of the next extended capability; 0 where this is the last.
  mutating func addAdvancedErrorReporting(at offset: Int, next: Int) {
    addExtendedCapability(.advancedErrorReporting, version: 2, at: offset, next: next)
    set(offset + 0x04, to: 0 as UInt32, clearable: 0x003F_F030)
    set(offset + 0x08, to: 0 as UInt32, writable: 0x003F_F030)
    set(offset + 0x0C, to: 0x0006_2030 as UInt32, writable: 0x003F_F030)
    set(offset + 0x10, to: 0 as UInt32, clearable: 0x0000_31C1)
    set(offset + 0x14, to: 0x0000_2000 as UInt32, writable: 0x0000_31C1)
  }

  /// Adds a Device Serial Number (7.9.3).
  ///
  /// - Parameters:
  ///   - offset: Where, from 100h on.
  ///   - next: The offset of the next extended capability; 0 where this is the last.
  ///   - serialNumber: The number, an EUI-64.
  mutating func addSerialNumber(at offset: Int, next: Int, _ serialNumber: UInt64) {
    addExtendedCapability(.deviceSerialNumber, version: 1, at: offset, next: next)
    set(offset + 4, to: serialNumber)
  }

  /// Adds a vendor-specific extended capability (7.9.5) with 16 bytes that can be written.
  ///
  /// - Parameters:
  ///   - offset: Where, from 100h on.
  ///   - next: The offset of the next extended capability; 0 where this is the last.
  mutating func addVendorSpecificScratch(at offset: Int, next: Int) {
    addExtendedCapability(.vendorSpecific, version: 1, at: offset, next: next)
    set(offset + 4, to: 0x0180_0001 as UInt32)  // id 1, revision 0, 24 bytes
    for register in stride(from: offset + 8, to: offset + 24, by: 4) {
      set(register, to: 0 as UInt32, writable: .max)
    }
  }

  private mutating func addExtendedCapability(
    _ id: ExtendedCapabilityID, version: UInt32, at offset: Int, next: Int
  ) {
    set(offset, to: UInt32(id.rawValue) | version << 16 | UInt32(next) << 20)
  }
}
