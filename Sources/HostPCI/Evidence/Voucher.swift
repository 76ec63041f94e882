import PCIConfig

/// Something that says that an ECAM region is where it is.
public enum Voucher: Equatable, Sendable {
  /// The ACPI table lists it.
  case mcfg
  /// The kernel has it in use: a resource of this name in `/proc/iomem`.
  case kernel(String)
  /// The firmware's memory map, E820, reserves all of its addresses.
  case memoryMap
  /// `/proc/iomem` reserves all of its addresses.
  case reserved
  /// ACPI's motherboard resources reserve all of its addresses.
  case motherboard
  /// The host bridge's register says that it decodes it.
  case hostBridge(FunctionAddress, Register)
}

extension Voucher: CustomStringConvertible {
  /// A clause for a sentence about the region.
  public var description: String {
    switch self {
    case .mcfg: "ACPI MCFG lists it"
    case .kernel(let name): "the kernel uses it (/proc/iomem: \(name))"
    case .memoryMap: "the firmware's memory map (E820) reserves it"
    case .reserved: "/proc/iomem reserves it"
    case .motherboard: "ACPI's motherboard resources reserve it (/proc/iomem: pnp)"
    case .hostBridge(let bridge, let register):
      "the host bridge \(bridge) decodes it (register \(register))"
    }
  }
}

extension ECAMVouchers {
  init(_ vouchers: [Voucher]) {
    self = []
    for voucher in vouchers {
      switch voucher {
      case .mcfg: insert(.mcfg)
      case .kernel: insert(.kernel)
      case .memoryMap, .reserved, .motherboard: insert(.reservation)
      case .hostBridge: insert(.hostBridge)
      }
    }
  }
}
