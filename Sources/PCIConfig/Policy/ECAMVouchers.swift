/// What speaks for an ECAM region.
public struct ECAMVouchers: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Creates a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// ACPI's MCFG table lists the region.
  public static let mcfg = ECAMVouchers(rawValue: 1 << 0)
  /// The firmware's memory map, ACPI's motherboard resources or the kernel reserve the whole
  /// region.
  public static let reservation = ECAMVouchers(rawValue: 1 << 1)
  /// The host bridge's register holds the region.
  public static let hostBridge = ECAMVouchers(rawValue: 1 << 2)
  /// A device tree describes the region.
  public static let deviceTree = ECAMVouchers(rawValue: 1 << 3)
  /// Somebody told it, and nothing on the machine does.
  public static let told = ECAMVouchers(rawValue: 1 << 4)
  /// The kernel uses the region.
  public static let kernel = ECAMVouchers(rawValue: 1 << 5)
}

extension ECAMVouchers: CustomStringConvertible {
  /// Who speaks for the region.
  public var description: String {
    var names: [String] = []
    if contains(.mcfg) { names.append("MCFG lists it") }
    if contains(.reservation) { names.append("it is reserved") }
    if contains(.hostBridge) { names.append("the host bridge holds it") }
    if contains(.deviceTree) { names.append("the device tree describes it") }
    if contains(.kernel) { names.append("the kernel uses it") }
    if contains(.told) { names.append("it was told") }
    return names.isEmpty ? "nothing speaks for it" : names.joined(separator: ", ")
  }
}
