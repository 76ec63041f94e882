/// The ID of a capability in extended configuration space, 16 bits (PCI Express Base Specification
/// 6.0, 7.6.3).
///
/// Every value is valid. IDs that no specification defines have no ``name``.
public struct ExtendedCapabilityID: RawRepresentable, Hashable, Sendable {
  /// The number, 16 bits.
  public let rawValue: UInt16

  /// Creates an ID.
  ///
  /// - Parameter rawValue: The number, 16 bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// The IDs that the code refers to. Computed properties take no room in a firmware image.
extension ExtendedCapabilityID {
  private typealias ID = ExtendedCapabilityID

  /// Advanced Error Reporting.
  public static var advancedErrorReporting: ExtendedCapabilityID { ID(rawValue: 0x0001) }
  /// Virtual Channel, in a function without Multi-Function Virtual Channel.
  public static var virtualChannel: ExtendedCapabilityID { ID(rawValue: 0x0002) }
  /// Device Serial Number.
  public static var deviceSerialNumber: ExtendedCapabilityID { ID(rawValue: 0x0003) }
  /// Root Complex Link Declaration.
  public static var rootComplexLink: ExtendedCapabilityID { ID(rawValue: 0x0005) }
  /// Root Complex Event Collector Endpoint Association.
  public static var eventCollectorAssociation: ExtendedCapabilityID { ID(rawValue: 0x0007) }
  /// Multi-Function Virtual Channel.
  public static var multiFunctionVirtualChannel: ExtendedCapabilityID { ID(rawValue: 0x0008) }
  /// Virtual Channel, in a device with Multi-Function Virtual Channel.
  public static var virtualChannelOfMultiFunction: ExtendedCapabilityID { ID(rawValue: 0x0009) }
  /// Vendor-Specific.
  public static var vendorSpecific: ExtendedCapabilityID { ID(rawValue: 0x000B) }
  /// Access Control Services.
  public static var accessControlServices: ExtendedCapabilityID { ID(rawValue: 0x000D) }
  /// Address Translation Services.
  public static var addressTranslation: ExtendedCapabilityID { ID(rawValue: 0x000F) }
  /// Single Root I/O Virtualization.
  public static var singleRootIOV: ExtendedCapabilityID { ID(rawValue: 0x0010) }
  /// Multicast.
  public static var multicast: ExtendedCapabilityID { ID(rawValue: 0x0012) }
  /// Page Request Interface.
  public static var pageRequest: ExtendedCapabilityID { ID(rawValue: 0x0013) }
  /// Resizable BAR.
  public static var resizableBAR: ExtendedCapabilityID { ID(rawValue: 0x0015) }
  /// Dynamic Power Allocation.
  public static var dynamicPowerAllocation: ExtendedCapabilityID { ID(rawValue: 0x0016) }
  /// TPH Requester.
  public static var processingHints: ExtendedCapabilityID { ID(rawValue: 0x0017) }
  /// Secondary PCI Express.
  public static var secondaryExpress: ExtendedCapabilityID { ID(rawValue: 0x0019) }
  /// Process Address Space ID.
  public static var pasid: ExtendedCapabilityID { ID(rawValue: 0x001B) }
  /// Downstream Port Containment.
  public static var downstreamPortContainment: ExtendedCapabilityID { ID(rawValue: 0x001D) }
  /// L1 PM Substates.
  public static var l1PMSubstates: ExtendedCapabilityID { ID(rawValue: 0x001E) }
  /// Designated Vendor-Specific.
  public static var designatedVendorSpecific: ExtendedCapabilityID { ID(rawValue: 0x0023) }
  /// VF Resizable BAR.
  public static var virtualFunctionResizableBAR: ExtendedCapabilityID { ID(rawValue: 0x0024) }
  /// Physical Layer 16.0 GT/s.
  public static var physicalLayer16: ExtendedCapabilityID { ID(rawValue: 0x0026) }
  /// Lane Margining at the Receiver.
  public static var laneMargining: ExtendedCapabilityID { ID(rawValue: 0x0027) }
  /// Hierarchy ID.
  public static var hierarchyID: ExtendedCapabilityID { ID(rawValue: 0x0028) }
  /// Physical Layer 32.0 GT/s.
  public static var physicalLayer32: ExtendedCapabilityID { ID(rawValue: 0x002A) }
  /// System Firmware Intermediary.
  public static var systemFirmwareIntermediary: ExtendedCapabilityID { ID(rawValue: 0x002C) }
  /// Data Object Exchange.
  public static var dataObjectExchange: ExtendedCapabilityID { ID(rawValue: 0x002E) }
}

extension ExtendedCapabilityID {
  /// All IDs that are defined (PCI Code and ID Assignment Specification 1.15, 3), a row for each.
  ///
  /// The specifications: `ID115` is the one above, `MRIOV10` Multi-Root I/O Virtualization and
  /// Sharing 1.0, `PCIE50` and `PCIE60` the PCI Express Base Specifications 5.0 and 6.0.
  static let table: [CapabilityDefinition] = CapabilityDefinition.table(
    """
    0000 4  -        ID115:3        Null
    0001 -  AER      PCIE60:7.8.4   Advanced Error Reporting
    0002 -  VC       PCIE60:7.9.1   Virtual Channel
    0003 c  DSN      PCIE60:7.9.3   Device Serial Number
    0004 10 PB       PCIE60:7.8.1   Power Budgeting
    0005 -  RCLINK   PCIE60:7.9.8   Root Complex Link
    0006 c  RCILINK  PCIE60:7.9.9   Root Complex Internal Link
    0007 -  RCEC     PCIE60:7.9.10  Root Complex Event Collector Endpoint Association
    0008 -  MFVC     PCIE60:7.9.2   Multi-Function Virtual Channel
    0009 -  VC2      PCIE60:7.9.1   Virtual Channel
    000a 14 RBCB     PCIE60:7.9.7   Root Bridge Control Block
    000b -  VNDR     PCIE60:7.9.5   Vendor Specific Information
    000c -  -        ID115:3        Configuration Access Correlation
    000d -  ACS      PCIE60:7.7.11  Access Control Services
    000e 8  ARI      PCIE60:7.8.8   Alternative Routing-ID Interpretation (ARI)
    000f 8  ATS      PCIE60:10.5.1  Address Translation Service (ATS)
    0010 40 SRIOV    PCIE60:9.3.3   Single Root I/O Virtualization (SR-IOV)
    0011 -  MRIOV    MRIOV10        Multi-Root I/O Virtualization (MR-IOV)
    0012 -  MCAST    PCIE60:7.9.11  Multicast
    0013 10 PRI      PCIE60:10.5.2  Page Request Interface (PRI)
    0015 -  REBAR    PCIE60:7.8.6   Physical Resizable BAR
    0016 -  DPA      PCIE60:7.9.12  Dynamic Power Allocation
    0017 -  TPH      PCIE60:7.9.13  Transaction Processing Hints
    0018 8  LTR      PCIE60:7.8.2   Latency Tolerance Reporting
    0019 -  SECPCI   PCIE60:7.7.3   Secondary PCI Express
    001a -  PMUX     ID115:3        Protocol Multiplexing
    001b 8  PASID    PCIE60:7.8.9   Process Address Space ID (PASID)
    001c 8  LNR      PCIE50:7.9.14  LN Requester
    001d -  DPC      PCIE60:7.9.14  Downstream Port Containment
    001e -  L1PM     PCIE60:7.8.3   L1 PM Substates
    001f c  PTM      PCIE60:7.9.15  Precision Time Measurement
    0020 -  M_PCIE   ID115:3        PCI Express over M-PHY
    0021 10 FRS      PCIE60:7.8.10  FRS Queueing
    0022 c  RTR      PCIE60:7.9.16  Readiness Time Reporting
    0023 -  DVSEC    PCIE60:7.9.6   Designated Vendor-Specific
    0024 -  VF_REBAR PCIE60:7.8.7   Virtual Resizable BAR
    0025 c  DLNK     PCIE60:7.7.4   Data Link Feature
    0026 -  16GT     PCIE60:7.7.5   Physical Layer 16.0 GT/s
    0027 -  LMR      PCIE60:7.7.10  Lane Margining at the Receiver
    0028 20 HIER_ID  PCIE60:7.9.17  Hierarchy ID
    0029 10 NPEM     PCIE60:7.9.19  Native PCIe Enclosure Management
    002a -  32GT     PCIE60:7.7.6   Physical Layer 32.0 GT/s
    002b -  -        PCIE60:7.9.20  Alternate Protocol
    002c 14 -        PCIE60:7.9.22  System Firmware Intermediary
    002d -  -        PCIE60:7.9.25  Shadow Functions
    002e 18 -        PCIE60:7.9.24  Data Object Exchange
    002f 10 -        PCIE60:7.7.9   Device 3
    0030 -  IDE      PCIE60:7.9.26  Integrity & Data Encryption
    0031 -  64GT     PCIE60:7.7.7   Physical Layer 64.0 GT/s
    0032 -  -        PCIE60:7.7.8   Flit Logging
    0033 -  -        PCIE60:7.8.12  Flit Performance Measurement
    0034 -  -        PCIE60:7.8.13  Flit Error Injection
    """)

  var definition: CapabilityDefinition? { Self.table.first { $0.number == rawValue } }

  /// The name in lspci's words; `nil` where no specification defines the ID.
  public var name: String? { definition?.name }

  /// setpci's abbreviation, for example `AER` of `ECAP_AER`; `nil` where setpci has none.
  public var abbreviation: String? { definition?.abbreviation }

  /// The specification and the clause that defines the registers, for example `PCIE60:7.8.4`; `nil`
  /// where no specification defines the ID.
  public var clause: String? { definition?.clause }
}
