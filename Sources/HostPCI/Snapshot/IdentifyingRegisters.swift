import PCIConfig

/// Registers whose values identify one unit among its kind, or hold data that passed through it:
/// what those do not need who look at somebody else's machine.
///
/// What lies outside of capabilities, and in a vendor's own, has no meaning that is known here.
struct IdentifyingRegisters: Equatable {
  /// Some bytes with one meaning.
  struct Part: Equatable {
    /// What they are, for a reader.
    let name: String
    /// Which bytes they are.
    let bytes: Range<Int>
  }

  /// The parts, in the order of the capabilities.
  private(set) var parts: [Part] = []

  /// Finds them.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - count: How many bytes of registers there are; of what lies behind nothing is taken.
  init(_ registers: some FunctionRegisters, count: Int) {
    let identification = registers.doubleword(at: 0) ?? .max
    // Without a vendor ID the function may be a virtio device, whose capability must be hidden.
    let isHidden = identification & 0xFFFF == 0xFFFF || identification == 0xFFFF_0001
    let registers = IdentifiedRegisters(
      registers, identification: isHidden ? UInt32(VirtioCapability.vendorID) : identification)
    if let header = try? Header(registers) { addParts(registers, header, count) }
    guard count > 256 else { return }
    let extended = ExtendedCapabilityList(registers).capabilities
    let starts = extended.map { Int($0.register.offset) }
    for capability in extended {
      let start = Int(capability.register.offset)
      let end = min(starts.filter { $0 > start }.min() ?? 4096, count)
      addParts(of: capability, registers, end: end)
    }
  }

  /// What the capabilities in the first 256 bytes have.
  private mutating func addParts(
    _ registers: some FunctionRegisters, _ header: Header, _ count: Int
  ) {
    for capability in CapabilityList(registers, header).capabilities {
      let start = Int(capability.register.offset)
      switch capability.id {
      case .vitalProductData:
        // PCI Local Bus Specification 3.0, appendix I
        add("Vital Product Data", start + 4, 4, within: min(count, 256))
      case .vendorSpecific where header.vendorID == VirtioCapability.vendorID:
        // A window to any register of the device, the network address among them (Virtual I/O
        // Device 1.2, 4.1.4.9)
        guard
          VirtioCapability(registers, at: capability.register)?.structure == .configurationAccess
        else { continue }
        add("virtio configuration access data", start + 16, 4, within: min(count, 256))
      default: break
      }
    }
  }

  /// Adds the parts of an extended capability (PCI Express Base Specification 6.0, 7.8.4, 7.9.3,
  /// 7.9.14, 7.9.17 and 7.9.24).
  private mutating func addParts(
    of capability: ExtendedCapability, _ registers: some FunctionRegisters, end: Int
  ) {
    let start = Int(capability.register.offset)
    let byteCount = capability.byteCount(registers, nil) ?? 0
    switch capability.id {
    case .advancedErrorReporting:
      add("error log", start + 0x1C, 16, within: end)
      add("error log", start + 0x38, byteCount - 0x38, within: end)
    case .deviceSerialNumber: add("Device Serial Number", start + 4, byteCount - 4, within: end)
    case .downstreamPortContainment:
      let hasLog = registers.word(at: capability.register.offset + 4).map { $0 >> 5 & 1 == 1 }
      guard hasLog == true else { return }
      add("error log", start + 0x20, 16, within: end)
      // The rest of the log; 16 bytes where the size of the log is less than the header's.
      add("error log", start + 0x34, max(16, byteCount - 0x34), within: end)
    case .hierarchyID:
      add("Hierarchy ID system GUID", start + 0x0C, byteCount - 0x0C, within: end)
    case .dataObjectExchange:
      add("Data Object Exchange mailbox", start + 0x10, byteCount - 0x10, within: end)
    default: break
    }
  }

  private mutating func add(_ name: String, _ start: Int, _ count: Int, within end: Int) {
    guard start < end, count > 0 else { return }
    parts.append(Part(name: name, bytes: start..<min(start + count, end)))
  }
}
