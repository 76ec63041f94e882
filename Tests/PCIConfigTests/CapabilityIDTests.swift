import PCIConfig
import Testing

struct CapabilityIDTests {
  @Test func `conventional IDs have lspci's names and setpci's abbreviations`() {
    let named = (0...UInt8.max).compactMap { number in
      let id = CapabilityID(rawValue: number)
      return id.name.map { "\(hexadecimal(number, digits: 2)) \(id.abbreviation ?? "-") \($0)" }
    }
    #expect(
      named == [
        "00 - Null", "01 PM Power Management", "02 AGP AGP", "03 VPD Vital Product Data",
        "04 SLOTID Slot ID", "05 MSI MSI", "06 CHSWP CompactPCI hot-swap", "07 PCIX PCI-X",
        "08 HT HyperTransport", "09 VNDR Vendor Specific Information", "0a DBG Debug port",
        "0b CCRC CompactPCI central resource control", "0c HOTPLUG Hot-plug capable",
        "0d SSVID Subsystem", "0e AGP3 AGP3", "0f SECURE Secure device", "10 EXP Express",
        "11 MSIX MSI-X", "12 SATA SATA HBA", "13 AF PCI Advanced Features",
        "14 EA Enhanced Allocation", "15 - Flattening Portal Bridge",
      ])
  }

  @Test func `extended IDs have lspci's names and setpci's abbreviations`() {
    let named = (0...UInt16.max).filter { ExtendedCapabilityID(rawValue: $0).name != nil }
    #expect(named == Array(0...0x13) + Array(0x15...0x34))
    let abbreviations = named.map { ExtendedCapabilityID(rawValue: $0).abbreviation ?? "-" }
    #expect(
      abbreviations == [
        "-", "AER", "VC", "DSN", "PB", "RCLINK", "RCILINK", "RCEC", "MFVC", "VC2", "RBCB", "VNDR",
        "-", "ACS", "ARI", "ATS", "SRIOV", "MRIOV", "MCAST", "PRI", "REBAR", "DPA", "TPH", "LTR",
        "SECPCI", "PMUX", "PASID", "LNR", "DPC", "L1PM", "PTM", "M_PCIE", "FRS", "RTR", "DVSEC",
        "VF_REBAR", "DLNK", "16GT", "LMR", "HIER_ID", "NPEM", "32GT", "-", "-", "-", "-", "-",
        "IDE", "64GT", "-", "-", "-",
      ])
    let names = [0x01, 0x09, 0x10, 0x30, 0x34].map { ExtendedCapabilityID(rawValue: $0).name }
    #expect(
      names == [
        "Advanced Error Reporting", "Virtual Channel", "Single Root I/O Virtualization (SR-IOV)",
        "Integrity & Data Encryption", "Flit Error Injection",
      ])
  }

  @Test func `an ID has the clause that defines its registers`() {
    #expect(CapabilityID.express.clause == "PCIE60:7.5.3")
    #expect(CapabilityID.subsystem.clause == "BRIDGE12:3.2.5.13")
    #expect(CapabilityID(rawValue: 0x16).clause == nil)
    #expect(ExtendedCapabilityID.advancedErrorReporting.clause == "PCIE60:7.8.4")
    #expect(ExtendedCapabilityID(rawValue: 0x14).clause == nil)
  }

  @Test func `conventional IDs that the code refers to have the numbers of the specification`() {
    let ids: [CapabilityID] = [
      .powerManagement, .vitalProductData, .msi, .pciX, .hyperTransport, .vendorSpecific,
      .debugPort, .hotPlugController, .subsystem, .secureDevice, .express, .msiX, .sata,
      .advancedFeatures, .enhancedAllocation, .flatteningPortalBridge,
    ]
    #expect(
      ids.map(\.abbreviation) == [
        "PM", "VPD", "MSI", "PCIX", "HT", "VNDR", "DBG", "HOTPLUG", "SSVID", "SECURE", "EXP",
        "MSIX", "SATA", "AF", "EA", nil,
      ])
    #expect(CapabilityID.flatteningPortalBridge.rawValue == 0x15)
  }

  @Test func `extended IDs that the code refers to have the numbers of the specification`() {
    let ids: [ExtendedCapabilityID] = [
      .advancedErrorReporting, .virtualChannel, .deviceSerialNumber, .rootComplexLink,
      .eventCollectorAssociation, .multiFunctionVirtualChannel, .virtualChannelOfMultiFunction,
      .vendorSpecific, .accessControlServices, .addressTranslation, .singleRootIOV, .multicast,
      .pageRequest, .resizableBAR, .dynamicPowerAllocation, .processingHints, .secondaryExpress,
      .pasid, .downstreamPortContainment, .l1PMSubstates, .designatedVendorSpecific,
      .virtualFunctionResizableBAR, .physicalLayer16, .laneMargining, .hierarchyID,
      .physicalLayer32,
    ]
    #expect(
      ids.map(\.abbreviation) == [
        "AER", "VC", "DSN", "RCLINK", "RCEC", "MFVC", "VC2", "VNDR", "ACS", "ATS", "SRIOV", "MCAST",
        "PRI", "REBAR", "DPA", "TPH", "SECPCI", "PASID", "DPC", "L1PM", "DVSEC", "VF_REBAR", "16GT",
        "LMR", "HIER_ID", "32GT",
      ])
    #expect(ExtendedCapabilityID.systemFirmwareIntermediary.rawValue == 0x2C)
    #expect(ExtendedCapabilityID.dataObjectExchange.rawValue == 0x2E)
  }
}
