import PCIConfig

/// An ECAM region that something claims to exist, with all that speaks for it.
public struct ECAMWindow: Equatable, Sendable {
  /// The region.
  public let region: ECAMRegion
  /// What vouches for it.
  public let vouchers: [Voucher]
  /// Whether a part of it is memory, which speaks against it.
  public let overlapsMemory: Bool
  /// How much of it is reserved.
  public let reserved: ReservedBytes

  /// Creates a window.
  ///
  /// - Parameters:
  ///   - region: The region.
  ///   - vouchers: What vouches for it.
  ///   - overlapsMemory: Whether a part of it is memory.
  ///   - reserved: How much of it is reserved; where it is `nil`, all or nothing, as the vouchers
  ///     say.
  public init(
    region: ECAMRegion, vouchers: [Voucher], overlapsMemory: Bool, reserved: ReservedBytes? = nil
  ) {
    self.region = region
    self.vouchers = vouchers
    self.overlapsMemory = overlapsMemory
    let isInE820 = vouchers.contains(.memoryMap) || vouchers.contains(.reserved)
    self.reserved =
      reserved
      ?? ReservedBytes(
        byE820: isInE820 ? region.byteCount : 0,
        byMotherboard: vouchers.contains(.motherboard) ? region.byteCount : 0)
  }

  /// The region as policies look at it.
  public var vouched: VouchedRegion {
    VouchedRegion(
      region, ECAMVouchers(vouchers), overlapsMemory: overlapsMemory, reserved: reserved)
  }
}

extension ECAMWindow {
  /// How a sentence calls it.
  var name: String { "the region at 0x\(hexadecimal(region.addresses.lowerBound, digits: 1))" }

  /// Why the region must not be accessed, or `nil`.
  func objection(under restriction: MachineRestriction) -> String? {
    switch vouched.objection(under: restriction.restriction) {
    case nil: nil
    case .regionOverMemory: "\(name) overlaps memory: not tried"
    case .restricted: "\(restriction.sentence ?? ""): \(name) is not tried"
    default: "\(name) is claimed, but nothing reserves or uses it: not tried"
    }
  }

  /// Whether the kernel uses all of it.
  var isUsedByKernel: Bool {
    vouchers.contains { if case .kernel = $0 { true } else { false } }
  }
}
