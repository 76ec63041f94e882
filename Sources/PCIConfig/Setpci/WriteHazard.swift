/// What a write to a register may stop: the function, everything behind a bridge, or the machine.
public enum WriteHazard: Hashable, Sendable {
  /// Command: decoding and bus mastering (PCI Local Bus Specification 3.0, 6.2.2).
  case command
  /// BIST: the function tests itself, and does not answer meanwhile (6.2.4).
  case builtInSelfTest
  /// A base address: of the header (6.2.5.1), of Enhanced Allocation (PCI Express Base
  /// Specification 6.0, 7.8.5) or of an AMD IOMMU, or the size that a Resizable BAR decodes
  /// (7.8.6).
  case baseAddress
  /// The expansion ROM's base address (PCI Local Bus Specification 3.0, 6.2.5.2).
  case expansionROM
  /// A bridge's bus numbers (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.2 to 3.2.5.4).
  case busNumbers
  /// A bridge's base and limit of what it forwards (3.2.5.6 to 3.2.5.10), or its Flattening Portal
  /// Bridge (PCI Express Base Specification 6.0, 6.26).
  case bridgeWindow
  /// Bridge control, which resets the bus behind (PCI-to-PCI Bridge Architecture Specification 1.2,
  /// 3.2.5.18).
  case bridgeControl
  /// A register of a header whose layout no specification defines.
  case undefinedHeader
  /// A register of a host bridge behind the header: where memory and ECAM are, for example
  /// ``PCIEXBAR``.
  case hostBridge
  /// A register behind the header of a bridge to ISA, LPC or eSPI, or of one without a class of its
  /// own: where ACPI's ports are (PMBASE), what is decoded, how interrupts are routed.
  case isaBridge
  /// The power state (PCI Express Base Specification 6.0, 7.5.2.2).
  case powerState
  /// Message signaled interrupts: their enable, masks, address and data (7.7.1 and 7.7.2).
  case interrupts
  /// A reset of the function: Initiate Function Level Reset (7.5.3.4, and Advanced Features of
  /// conventional PCI).
  case functionReset
  /// The greatest payload that the function sends and takes (7.5.3.4).
  case payloadSize
  /// ARI Forwarding Enable: which functions are reached behind a port (7.5.3.16).
  case forwarding
  /// A link's state: disabled, retrained, compliance (7.5.3.7 and 7.5.3.19), or contained by
  /// Downstream Port Containment's software trigger (7.9.14.3).
  case link
  /// A slot's power, interlock and power indicator (7.5.3.10), or another control of what is
  /// plugged into it.
  case slot
  /// Registers behind a window in configuration space, such as virtio's (Virtual I/O Device 1.2,
  /// 4.1.4.9).
  case window
  /// Virtual functions and their base addresses (PCI Express Base Specification 6.0, 9.3.3).
  case virtualFunctions
  /// Access Control Services (6.12).
  case accessControl
  /// Address translation and its requests: ATS, PASID and page requests (6.20, 10.5).
  case addressTranslation
  /// Multicast's address range and receivers (6.14).
  case multicast
  /// Control registers of Compute Express Link, which maps memory (CXL Specification 3.0, 8.1).
  case cxl
}

extension WriteHazard: CustomStringConvertible {
  /// What is written and what it may stop, in one line.
  public var description: String {
    switch self {
    case .command: "the command register: the function may stop"
    case .builtInSelfTest: "BIST: the function may test itself, and not answer meanwhile"
    case .baseAddress: "a base address: the driver would reach something else"
    case .expansionROM: "the expansion ROM's base address: it may hide other addresses"
    case .busNumbers: "a bridge's bus numbers: what is behind it may be lost"
    case .bridgeWindow: "a bridge's window: what is behind it may be lost"
    case .bridgeControl: "bridge control: what is behind it may be reset or lost"
    case .undefinedHeader: "a register of an undefined header: it is not known what it does"
    case .hostBridge:
      "a host bridge's own register: memory or ECAM (PCIEXBAR) may go, and the machine stop"
    case .isaBridge:
      "an ISA bridge's own register: ACPI, interrupts or decoded addresses may go, and the machine "
        + "stop"
    case .powerState: "the power state: the function may stop, and lose its registers"
    case .interrupts:
      "control of message signaled interrupts: they may be lost, or written to other memory"
    case .functionReset: "a function level reset: the function stops, and loses its registers"
    case .payloadSize: "the greatest payload size: the function and the link may stop"
    case .forwarding: "control of ARI forwarding: functions behind the port may be lost"
    case .link: "control of a link: what is behind it may be lost"
    case .slot: "control of a slot: what is plugged in may be switched off"
    case .window: "a window to the device's own registers: they are read and written behind it"
    case .virtualFunctions: "control of SR-IOV: virtual functions and their memory may be lost"
    case .accessControl: "control of ACS: requests between functions may be blocked or let through"
    case .addressTranslation:
      "control of address translation: the function may stop or reach other memory"
    case .multicast: "control of multicast: writes to memory may go elsewhere"
    case .cxl: "control of CXL: memory may be lost, and the machine stop"
    }
  }
}
