/// The ID of a capability in the first 256 bytes, 8 bits (PCI Local Bus Specification 3.0, 6.7).
///
/// Every value is valid. IDs that no specification defines have no ``name``.
public struct CapabilityID: RawRepresentable, Hashable, Sendable {
  /// The number, 8 bits.
  public let rawValue: UInt8

  /// Creates an ID.
  ///
  /// - Parameter rawValue: The number, 8 bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// The IDs that the code refers to. Computed properties take no room in a firmware image.
extension CapabilityID {
  /// Power Management.
  public static var powerManagement: CapabilityID { CapabilityID(rawValue: 0x01) }
  /// Vital Product Data.
  public static var vitalProductData: CapabilityID { CapabilityID(rawValue: 0x03) }
  /// Message Signaled Interrupts.
  public static var msi: CapabilityID { CapabilityID(rawValue: 0x05) }
  /// PCI-X.
  public static var pciX: CapabilityID { CapabilityID(rawValue: 0x07) }
  /// HyperTransport.
  public static var hyperTransport: CapabilityID { CapabilityID(rawValue: 0x08) }
  /// Vendor-specific, virtio among them.
  public static var vendorSpecific: CapabilityID { CapabilityID(rawValue: 0x09) }
  /// Debug port of a USB 2.0 controller.
  public static var debugPort: CapabilityID { CapabilityID(rawValue: 0x0A) }
  /// Standard Hot-Plug Controller.
  public static var hotPlugController: CapabilityID { CapabilityID(rawValue: 0x0C) }
  /// Subsystem ID and subsystem vendor ID of a bridge.
  public static var subsystem: CapabilityID { CapabilityID(rawValue: 0x0D) }
  /// Secure device, used by AMD's IOMMU.
  public static var secureDevice: CapabilityID { CapabilityID(rawValue: 0x0F) }
  /// PCI Express.
  public static var express: CapabilityID { CapabilityID(rawValue: 0x10) }
  /// MSI-X.
  public static var msiX: CapabilityID { CapabilityID(rawValue: 0x11) }
  /// Serial ATA.
  public static var sata: CapabilityID { CapabilityID(rawValue: 0x12) }
  /// Conventional PCI Advanced Features.
  public static var advancedFeatures: CapabilityID { CapabilityID(rawValue: 0x13) }
  /// Enhanced Allocation.
  public static var enhancedAllocation: CapabilityID { CapabilityID(rawValue: 0x14) }
  /// Flattening Portal Bridge.
  public static var flatteningPortalBridge: CapabilityID { CapabilityID(rawValue: 0x15) }
}

extension CapabilityID {
  /// All IDs that are defined (PCI Code and ID Assignment Specification 1.15, 2), a row for each.
  ///
  /// The specifications: `ID115` is the one above, `AGP20` and `AGP30` the Accelerated Graphics Port
  /// Interface Specifications, `AHCI131` Serial ATA AHCI 1.3.1, `BRIDGE12` the PCI-to-PCI Bridge
  /// Architecture Specification 1.2, `EHCI10` the Enhanced Host Controller Interface Specification
  /// 1.0, `HT310` the HyperTransport I/O Link Specification 3.10, `PCI30` the PCI Local Bus
  /// Specification 3.0, `PCIE60` the PCI Express Base Specification 6.0, `PCIX20` the PCI-X Protocol
  /// Addendum 2.0, `PICMG21` CompactPCI Hot Swap 2.0, `PM12` the PCI Bus Power Management Interface
  /// Specification 1.2, `SHPC10` the PCI Standard Hot-Plug Controller Specification 1.0, and
  /// `AFECN` the ECN Advanced Capabilities for Conventional PCI.
  static let table: [CapabilityDefinition] = CapabilityDefinition.table(
    """
    00 2  -       ID115:2            Null
    01 8  PM      PM12:3.2           Power Management
    02 -  AGP     AGP20              AGP
    03 8  VPD     PCI30:I            Vital Product Data
    04 4  SLOTID  BRIDGE12:13.4      Slot ID
    05 -  MSI     PCI30:6.8.1        MSI
    06 4  CHSWP   PICMG21            CompactPCI hot-swap
    07 -  PCIX    PCIX20:7.2         PCI-X
    08 -  HT      HT310:7.4          HyperTransport
    09 -  VNDR    PCIE60:7.9.4       Vendor Specific Information
    0a 4  DBG     EHCI10:C.3         Debug port
    0b -  CCRC    ID115:2            CompactPCI central resource control
    0c 8  HOTPLUG SHPC10             Hot-plug capable
    0d 8  SSVID   BRIDGE12:3.2.5.13  Subsystem
    0e -  AGP3    AGP30              AGP3
    0f -  SECURE  ID115:2            Secure device
    10 -  EXP     PCIE60:7.5.3       Express
    11 c  MSIX    PCI30:6.8.2        MSI-X
    12 -  SATA    AHCI131:2.4        SATA HBA
    13 6  AF      AFECN              PCI Advanced Features
    14 -  EA      PCIE60:7.8.5       Enhanced Allocation
    15 24 -       PCIE60:7.8.11      Flattening Portal Bridge
    """)

  var definition: CapabilityDefinition? { Self.table.first { $0.number == UInt16(rawValue) } }

  /// The name in lspci's words; `nil` where no specification defines the ID.
  public var name: String? { definition?.name }

  /// setpci's abbreviation, for example `EXP` of `CAP_EXP`; `nil` where setpci has none.
  public var abbreviation: String? { definition?.abbreviation }

  /// The specification and the clause that defines the registers, for example `PCIE60:7.5.3`; `nil`
  /// where no specification defines the ID.
  public var clause: String? { definition?.clause }
}
