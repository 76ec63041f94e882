import PCIConfig
import Testing

struct CapabilityLengthTests {
  /// A capability whose header and registers are zeros has the length below, or none that is known.
  @Test func `conventional capabilities with zeros in all registers`() {
    let lengths: [UInt8: Int] = [
      0x00: 2,  // Null
      0x01: 8,  // Power Management: PMC, PMCSR, PMCSR_BSE, Data
      0x03: 8,  // Vital Product Data: address, data
      0x04: 4,  // Slot ID: expansion slot, chassis number
      0x05: 10,  // MSI with a 32-bit address, without mask bits
      0x06: 4,  // CompactPCI hot-swap: HS_CSR
      0x07: 8,  // PCI-X version 0 of a device: command, status
      0x08: 28,  // HyperTransport primary interface
      0x09: 0,  // Vendor-specific: its length byte
      0x0A: 4,  // Debug port
      0x0C: 8,  // Standard Hot-Plug Controller: DWORD Select, Pending, DWORD Data
      0x0D: 8,  // Subsystem IDs of a bridge
      0x10: 20,  // PCI Express version 0 of an endpoint
      0x11: 12,  // MSI-X: control, table, pending bits
      0x12: 8,  // SATA: SATACR0, SATACR1
      0x13: 6,  // Advanced Features: length, capabilities, control, status
      0x14: 4,  // Enhanced Allocation of a device without entries
      0x15: 0x24,  // Flattening Portal Bridge
    ]
    for number in 0...UInt8.max {
      let capability = Capability(
        register: 0x40, id: CapabilityID(rawValue: number), header: 0)
      #expect(capability.byteCount(image([:]), .device) == lengths[number], "ID \(number)")
    }
  }

  /// As above, for version 1 of a capability in a function without a link.
  @Test func `extended capabilities with zeros in all registers`() {
    let lengths: [UInt16: Int] = [
      0x00: 4,  // Null
      0x01: 0x48,  // Advanced Error Reporting with the TLP prefix log
      0x02: 28,  // Virtual Channel with VC0
      0x03: 12,  // Device Serial Number
      0x04: 16,  // Power Budgeting
      0x05: 16,  // Root Complex Link Declaration without links
      0x06: 12,  // Root Complex Internal Link Control
      0x07: 8,  // Root Complex Event Collector Endpoint Association version 1
      0x08: 28,  // Multi-Function Virtual Channel with VC0
      0x09: 28,  // Virtual Channel with VC0
      0x0A: 20,  // RCRB Header
      0x0B: 0,  // Vendor-Specific: its length field
      0x0D: 8,  // ACS
      0x0E: 8,  // ARI
      0x0F: 8,  // ATS
      0x10: 0x40,  // SR-IOV
      0x12: 0x28,  // Multicast of an endpoint
      0x13: 16,  // Page Request
      0x15: 4,  // Resizable BAR without BARs
      0x16: 20,  // Dynamic Power Allocation with one substate
      0x17: 12,  // TPH Requester without a table
      0x18: 8,  // Latency Tolerance Reporting
      0x1B: 8,  // PASID
      0x1C: 8,  // LN Requester
      0x1D: 12,  // Downstream Port Containment without RP extensions
      0x1E: 16,  // L1 PM Substates version 1
      0x1F: 12,  // Precision Time Measurement
      0x21: 16,  // FRS Queueing
      0x22: 12,  // Readiness Time Reporting
      0x23: 0,  // Designated Vendor-Specific: its length field
      0x24: 4,  // VF Resizable BAR without BARs
      0x25: 12,  // Data Link Feature
      0x28: 32,  // Hierarchy ID
      0x29: 16,  // NPEM
      0x2C: 20,  // System Firmware Intermediary
      0x2E: 24,  // Data Object Exchange
      0x2F: 16,  // Device 3
    ]
    let registers = image([:], count: 4096)
    for number in 0...UInt16(0x40) {
      let capability = ExtendedCapability(
        register: 0x200, id: ExtendedCapabilityID(rawValue: number), version: 1)
      #expect(capability.byteCount(registers, nil) == lengths[number], "ID \(number)")
    }
  }

  @Test(
    arguments: [
      // MSI: 64-bit address, mask bits, both.
      (0x05, 0x0080, 0, 14), (0x05, 0x0100, 0, 20), (0x05, 0x0180, 0, 24), (0x07, 0x1000, 0, nil),
      (0x08, 0x8860, 0, 4), (0x09, 0x0514, 0, 0x14), (0x10, 0x0002, 0, 0x3C),
      (0x10, 0x0041, 0, 0x24), (0x12, 0x0010, 0x0F, 16), (0x12, 0x0010, 0x48, 8),
      (0x14, 2, 0x0000_0002, 20), (0x14, 1, 0x0000_0004, 24),
    ] as [(UInt8, UInt16, UInt32, Int?)])
  func `registers that decide the length of a conventional capability`(
    number: UInt8, header: UInt16, next: UInt32, count: Int?
  ) {
    let capability = Capability(
      register: 0x40, id: CapabilityID(rawValue: number), header: header)
    #expect(capability.byteCount(image([0x44: next]), .device) == count)
  }

  @Test(arguments: [(0x07, 16), (0x14, 8), (0x13, 6)] as [(UInt8, Int)])
  func `a bridge has longer PCI-X and Enhanced Allocation capabilities`(
    number: UInt8, count: Int
  ) {
    let capability = Capability(register: 0x40, id: CapabilityID(rawValue: number), header: 0)
    #expect(capability.byteCount(image([:]), .bridge) == count)
  }

  @Test func `a list of entries that reaches the end of the space has no length`() {
    let last = Capability(register: 0xFC, id: .enhancedAllocation, header: 0x3F)
    #expect(last.byteCount(image([:]), .device) == nil)
  }

  @Test(
    arguments: [
      (0x01, 3, 0, 0x60), (0x02, 1, 0x0000_0003, 64), (0x05, 1, 0x0000_0200, 48), (0x07, 2, 0, 12),
      (0x0B, 1, 0x0182_1556, 0x18), (0x0D, 1, 0x1F, 8), (0x0D, 1, 0x0820, 12),
      (0x0D, 1, 0x2120, 16), (0x0D, 1, 0x20, 40), (0x12, 1, 0, 0x30), (0x15, 1, 0x40, 20),
      (0x16, 1, 0x03, 20), (0x17, 1, 0x0003_0200, 20), (0x17, 1, 0x0003_0400, 12), (0x19, 1, 0, 44),
      (0x1D, 1, 0x0520, 0x34), (0x1E, 2, 0, 20), (0x23, 1, 0x0381_1E98, 0x38), (0x24, 1, 0x20, 12),
      (0x26, 1, 0, 48), (0x27, 1, 0, 72), (0x2A, 1, 0, 48), (0x30, 1, 0, nil), (0x77, 1, 0, nil),
    ] as [(UInt16, UInt8, UInt32, Int?)])
  func `registers that decide the length of an extended capability`(
    number: UInt16, version: UInt8, value: UInt32, count: Int?
  ) throws {
    // A root port with a link of 16 lanes.
    let registers = image(
      [0x40: 0x0042_0010, 0x4C: 0x0000_0103, 0x204: value, 0x208: value], count: 4096)
    let express = try #require(ExpressCapability(registers, at: 0x40))
    let id = ExtendedCapabilityID(rawValue: number)
    let capability = ExtendedCapability(register: 0x200, id: id, version: version)
    #expect(capability.byteCount(registers, express) == count)
  }

  @Test(arguments: [0x02, 0x0B, 0x0D, 0x15, 0x1D] as [UInt16])
  func `a length whose register is beyond the space is not known`(number: UInt16) {
    let last = ExtendedCapability(
      register: 0xFFC, id: ExtendedCapabilityID(rawValue: number), version: 1)
    #expect(last.byteCount(image([:], count: 4096), nil) == nil)
  }
}
