extension Capability {
  /// What the capability is called, in lspci's words; `nil` where no specification defines its `id`
  /// (PCI Code and ID Assignment Specification 1.15, 2).
  public var name: String? {
    switch id {
    case 0x00: "Null"
    case 0x01: "Power Management"
    case 0x02: "AGP"
    case 0x03: "Vital Product Data"
    case 0x04: "Slot ID"
    case 0x05: "MSI"
    case 0x06: "CompactPCI hot-swap"
    case 0x07: "PCI-X"
    case 0x08: "HyperTransport"
    case 0x09: "Vendor Specific Information"
    case 0x0A: "Debug port"
    case 0x0B: "CompactPCI central resource control"
    case 0x0C: "Hot-plug capable"
    case 0x0D: "Subsystem"
    case 0x0E: "AGP3"
    case 0x0F: "Secure device"
    case 0x10: "Express"
    case 0x11: "MSI-X"
    case 0x12: "SATA HBA"
    case 0x13: "PCI Advanced Features"
    case 0x14: "Enhanced Allocation"
    case 0x15: "Flattening Portal Bridge"
    default: nil
    }
  }
}

extension ExtendedCapability {
  /// What the capability is called, in lspci's words; `nil` where no specification defines its `id`
  /// (PCI Code and ID Assignment Specification 1.15, 3).
  public var name: String? {
    switch id {
    case 0x00: "Null"
    case 0x01: "Advanced Error Reporting"
    case 0x02, 0x09: "Virtual Channel"
    case 0x03: "Device Serial Number"
    case 0x04: "Power Budgeting"
    case 0x05: "Root Complex Link"
    case 0x06: "Root Complex Internal Link"
    case 0x07: "Root Complex Event Collector Endpoint Association"
    case 0x08: "Multi-Function Virtual Channel"
    case 0x0A: "Root Bridge Control Block"
    case 0x0B: "Vendor Specific Information"
    case 0x0C: "Configuration Access Correlation"
    case 0x0D: "Access Control Services"
    case 0x0E: "Alternative Routing-ID Interpretation (ARI)"
    case 0x0F: "Address Translation Service (ATS)"
    case 0x10: "Single Root I/O Virtualization (SR-IOV)"
    case 0x11: "Multi-Root I/O Virtualization (MR-IOV)"
    case 0x12: "Multicast"
    case 0x13: "Page Request Interface (PRI)"
    case 0x15: "Physical Resizable BAR"
    case 0x16: "Dynamic Power Allocation"
    case 0x17: "Transaction Processing Hints"
    case 0x18: "Latency Tolerance Reporting"
    case 0x19: "Secondary PCI Express"
    case 0x1A: "Protocol Multiplexing"
    case 0x1B: "Process Address Space ID (PASID)"
    case 0x1C: "LN Requester"
    case 0x1D: "Downstream Port Containment"
    case 0x1E: "L1 PM Substates"
    case 0x1F: "Precision Time Measurement"
    case 0x20: "PCI Express over M-PHY"
    case 0x21: "FRS Queueing"
    case 0x22: "Readiness Time Reporting"
    case 0x23: "Designated Vendor-Specific"
    case 0x24: "Virtual Resizable BAR"
    case 0x25: "Data Link Feature"
    case 0x26: "Physical Layer 16.0 GT/s"
    case 0x27: "Lane Margining at the Receiver"
    case 0x28: "Hierarchy ID"
    case 0x29: "Native PCIe Enclosure Management"
    case 0x2A: "Physical Layer 32.0 GT/s"
    case 0x2B: "Alternate Protocol"
    case 0x2C: "System Firmware Intermediary"
    case 0x2D: "Shadow Functions"
    case 0x2E: "Data Object Exchange"
    case 0x2F: "Device 3"
    case 0x30: "Integrity & Data Encryption"
    case 0x31: "Physical Layer 64.0 GT/s"
    case 0x32: "Flit Logging"
    case 0x33: "Flit Performance Measurement"
    case 0x34: "Flit Error Injection"
    default: nil
    }
  }
}
