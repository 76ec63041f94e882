import LinuxHost
import PCIConfig

/// A function as a machine or a dump shows it.
public struct ListedFunction: Sendable {
  /// Where it is.
  public let address: FunctionAddress
  /// The mode in which it was listed or, where its registers were read, in which those were; `nil`
  /// for a function of a dump.
  public internal(set) var mode: AccessMode?
  /// The mode that served registers from 0x100 up; `nil` where none were read, and for a dump.
  public internal(set) var extendedMode: AccessMode?
  /// Who made it.
  public let vendorID: UInt16
  /// Which of the vendor's functions it is.
  public let deviceID: UInt16
  /// What it is.
  public let classCode: ClassCode
  /// Its revision; `nil` where neither the kernel nor the registers tell.
  public internal(set) var revisionID: UInt8?
  /// The board; `nil` where there is none, or it was not asked for.
  public internal(set) var subsystem: Header.Subsystem?
  /// The driver that has it; `nil` where there is none, or it was not asked for.
  public internal(set) var driver: String?
  /// The modules of the running kernel that claim it; empty where none does, or it was not asked for.
  public internal(set) var modules: [String] = []
  /// The node of memory that is near; `nil` where the machine has only one, or it was not asked for.
  public internal(set) var numaNode: Int?
  /// The group of functions that an IOMMU cannot tell apart; `nil` where there is none, or it was
  /// not asked for.
  public internal(set) var iommuGroup: String?
  /// The interrupt that the kernel gave it.
  package var interrupt: UInt32?
  /// The ranges that the kernel gave it, by base address register, the expansion ROM at 6.
  package var ranges: [AssignedRange] = []
  /// The registers that were read; `nil` where they were not asked for or could not be read. With
  /// ``Inventory/Details/capabilities`` those between capabilities are zero.
  public internal(set) var image: ConfigurationImage?

  init(address: FunctionAddress, vendorID: UInt16, deviceID: UInt16, classCode: ClassCode) {
    self.address = address
    self.vendorID = vendorID
    self.deviceID = deviceID
    self.classCode = classCode
  }

  /// A function of which nothing but registers is known. What they lack of its identification is all
  /// ones, as where nothing answers.
  init(_ address: FunctionAddress, _ image: ConfigurationImage) {
    self.init(
      address: address, vendorID: image.word(at: 0) ?? .max, deviceID: image.word(at: 2) ?? .max,
      classCode: ClassCode(
        base: image.byte(at: 0x0B) ?? .max, sub: image.byte(at: 0x0A) ?? .max,
        interface: image.byte(at: 9) ?? .max))
    revisionID = image.byte(at: 8)
    self.image = image
    subsystem = recordedSubsystem
  }

  /// Whether it is known who made it: all ones are the vendor ID of none, and what a virtual function
  /// returns.
  var isIdentified: Bool { vendorID != .max }

  /// Whether the function answers, and its registers do not read as all ones; `nil` where they were
  /// not read.
  var answers: Bool? {
    guard let status = image?.doubleword(at: 4), let classRevision = image?.doubleword(at: 8) else {
      return nil
    }
    return status != .max || classRevision != .max
  }

  /// The registers with the identification that the kernel has: a virtual function returns all ones
  /// for it (PCI Express Base Specification 6.0, 9.3.4.1.1).
  package var registers: ConfigurationImage? {
    guard let image, image.bytes.count >= 4 else { return nil }
    let identification = [vendorID, deviceID].flatMap {
      [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
    }
    return ConfigurationImage(identification + image.bytes.dropFirst(4))
  }

  /// The header; `nil` where it is not known.
  package var header: Header? { registers.flatMap { try? Header($0) } }

  /// The board, as the registers have it: in the header, of a bridge in its capability
  /// (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.13).
  var recordedSubsystem: Header.Subsystem? {
    guard let registers, let header else { return nil }
    var offset: UInt16?
    switch header.layout {
    case .device: offset = 0x2C
    case .cardBus: offset = 0x40
    case .bridge:
      offset = CapabilityList(registers, header).capabilities.first { $0.id == .subsystem }
        .map { $0.register.offset + 4 }
    case .undefined: offset = nil
    }
    guard let value = offset.flatMap(registers.doubleword), value & 0xFFFF != 0,
      value & 0xFFFF != 0xFFFF
    else { return nil }
    return Header.Subsystem(
      vendorID: UInt16(truncatingIfNeeded: value), id: UInt16(truncatingIfNeeded: value >> 16))
  }
}
