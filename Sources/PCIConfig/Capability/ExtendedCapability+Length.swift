extension ExtendedCapability {
  /// Returns the length of the capability in bytes (PCI Express Base Specification 6.0, 7.7 to 7.9).
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - express: Its Express capability; `nil` where it has none.
  /// - Returns: `nil` where the length is not known, and where a register that decides it is not
  ///   reached.
  public func byteCount(
    _ registers: some FunctionRegisters, _ express: ExpressCapability?
  ) -> Int? {
    switch id {
    // From version 3 on, the log has 14 doublewords instead of a header of 4 and prefixes of 4.
    case .advancedErrorReporting: version < 3 ? 0x48 : 0x60
    case .eventCollectorAssociation: version < 2 ? 8 : 12
    case .vendorSpecific, .designatedVendorSpecific:
      VendorCapability(registers, self).map { Int($0.byteCount) }
    case .l1PMSubstates: version < 2 ? 0x10 : 0x14
    default:
      id.definition?.byteCount ?? laneByteCount(express) ?? countedByteCount(registers, express)
    }
  }

  /// The length of those with registers for each lane.
  private func laneByteCount(_ express: ExpressCapability?) -> Int? {
    guard let link = express?.link else { return nil }
    let lanes = Int(link.capabilities >> 4 & 63)
    guard lanes > 0 else { return nil }
    switch id {
    case .secondaryExpress: return 12 + wholeDoublewords(lanes * 2)
    case .physicalLayer16, .physicalLayer32: return 0x20 + wholeDoublewords(lanes)
    case .laneMargining: return 8 + lanes * 4
    default: return nil
    }
  }

  /// The length of those with a register that decides it.
  private func countedByteCount(
    _ registers: some FunctionRegisters, _ express: ExpressCapability?
  ) -> Int? {
    let offset: UInt16
    switch id {
    case .resizableBAR, .virtualFunctionResizableBAR: offset = register.offset + 8
    case .virtualChannel, .rootComplexLink, .multiFunctionVirtualChannel,
      .virtualChannelOfMultiFunction, .accessControlServices, .multicast, .dynamicPowerAllocation,
      .processingHints, .downstreamPortContainment:
      offset = register.offset + 4
    default: return nil
    }
    guard offset < 4096, let value = registers.doubleword(at: offset).map({ Int($0) }) else {
      return nil
    }
    switch id {
    // Without the arbitration tables.
    case .virtualChannel, .multiFunctionVirtualChannel, .virtualChannelOfMultiFunction:
      return 16 + 12 * ((value & 7) + 1)
    case .rootComplexLink: return 16 + 16 * (value >> 8 & 0xFF)
    // With the Egress Control Vector; a size of 0 stands for 256 bits.
    case .accessControlServices:
      let bits = value >> 8 & 0xFF
      return value >> 5 & 1 == 0 ? 8 : 8 + wholeDoublewords(((bits == 0 ? 256 : bits) + 7) / 8)
    // Only ports have the overlay BAR.
    case .multicast: return express?.kind.isPort == true ? 0x30 : 0x28
    case .resizableBAR, .virtualFunctionResizableBAR: return 4 + 8 * (value >> 5 & 7)
    case .dynamicPowerAllocation: return 16 + wholeDoublewords((value & 31) + 1)
    // With the steering tag table, where it is in the capability.
    case .processingHints:
      return value >> 9 & 3 == 1 ? 12 + wholeDoublewords(((value >> 16 & 0x7FF) + 1) * 2) : 12
    // Only root ports have the registers for programmed I/O.
    case .downstreamPortContainment:
      return value >> 5 & 1 == 0 ? 12 : 0x20 + 4 * (value >> 8 & 15)
    default: return nil
    }
  }

  private func wholeDoublewords(_ count: Int) -> Int { (count + 3) & ~3 }
}
