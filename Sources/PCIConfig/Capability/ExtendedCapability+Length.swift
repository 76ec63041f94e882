extension ExtendedCapability {
  /// How many bytes a capability has whose contents are not decoded (PCI Express Base Specification
  /// 6.0, 7.7 to 7.9); `nil` where that is not known, or a register that tells is not reached.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - express: Its Express capability; `nil` where it has none.
  public func byteCount(
    _ registers: some FunctionRegisters, _ express: ExpressCapability?
  ) -> Int? {
    fixedByteCount ?? laneByteCount(express) ?? countedByteCount(registers, express)
  }

  private var fixedByteCount: Int? {
    switch id {
    // Null
    case 0x00: 4
    // Device Serial Number, Root Complex Internal Link Control
    case 0x03, 0x06: 12
    // Power Budgeting
    case 0x04: 16
    // Root Complex Event Collector Endpoint Association
    case 0x07: version < 2 ? 8 : 12
    // Root Complex Register Block Header
    case 0x0A: 20
    // ARI, ATS
    case 0x0E, 0x0F: 8
    // SR-IOV
    case 0x10: 0x40
    // Page Request
    case 0x13: 16
    // Latency Tolerance Reporting, PASID, LN Requester
    case 0x18, 0x1B, 0x1C: 8
    // L1 PM Substates
    case 0x1E: version < 2 ? 0x10 : 0x14
    // Precision Time Measurement, Readiness Time Reporting, Data Link Feature
    case 0x1F, 0x22, 0x25: 12
    // FRS Queueing, NPEM, Device 3
    case 0x21, 0x29, 0x2F: 16
    // Hierarchy ID
    case 0x28: 0x20
    // Data Object Exchange
    case 0x2E: 0x18
    default: nil
    }
  }

  /// The length of those that have something for each lane.
  private func laneByteCount(_ express: ExpressCapability?) -> Int? {
    guard let link = express?.link else { return nil }
    let lanes = Int(link.capabilities >> 4 & 63)
    guard lanes > 0 else { return nil }
    switch id {
    // Secondary PCI Express
    case 0x19: return 12 + wholeDoublewords(lanes * 2)
    // Physical Layer 16.0 and 32.0 GT/s
    case 0x26, 0x2A: return 0x20 + wholeDoublewords(lanes)
    // Lane Margining at the Receiver
    case 0x27: return 8 + lanes * 4
    default: return nil
    }
  }

  /// The length of those that tell how much they have.
  private func countedByteCount(
    _ registers: some FunctionRegisters, _ express: ExpressCapability?
  ) -> Int? {
    let isCounted =
      switch id {
      case 0x02, 0x05, 0x08, 0x09, 0x0D, 0x12, 0x15, 0x16, 0x17, 0x1D, 0x24: true
      default: false
      }
    let offset = register.offset + (id == 0x15 || id == 0x24 ? 8 : 4)
    guard isCounted, offset < 4096, let value = registers.doubleword(at: offset).map({ Int($0) })
    else { return nil }
    switch id {
    // Virtual Channel and MFVC, without the tables of arbitration
    case 0x02, 0x08, 0x09: return 16 + 12 * ((value & 7) + 1)
    // Root Complex Link Declaration
    case 0x05: return 16 + 16 * (value >> 8 & 0xFF)
    // Access Control Services, with a vector of egress control; 0 stands for 256 bits.
    case 0x0D:
      let bits = value >> 8 & 0xFF
      return value >> 5 & 1 == 0 ? 8 : 8 + wholeDoublewords(((bits == 0 ? 256 : bits) + 7) / 8)
    // Multicast, in ports with the overlay
    case 0x12: return express?.kind.isPort == true ? 0x30 : 0x28
    // Resizable BAR
    case 0x15, 0x24: return 4 + 8 * (value >> 5 & 7)
    // Dynamic Power Allocation
    case 0x16: return 16 + wholeDoublewords((value & 31) + 1)
    // TPH Requester, where the table of steering tags is in it
    case 0x17:
      return value >> 9 & 3 == 1 ? 12 + wholeDoublewords(((value >> 16 & 0x7FF) + 1) * 2) : 12
    // Downstream Port Containment, in a root port with the log of programmed I/O
    case 0x1D: return value >> 5 & 1 == 0 ? 12 : 0x20 + 4 * (value >> 8 & 15)
    default: return nil
    }
  }

  private func wholeDoublewords(_ count: Int) -> Int { (count + 3) & ~3 }
}
