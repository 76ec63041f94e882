import LinuxHost
import PCIConfig

/// ECAM regions as the kernel names them in `/proc/iomem`: `PCI ECAM 0000 [bus 00-ff]`; before
/// Linux 6.9 `PCI MMCONFIG 0000 [bus 00-ff]`.
enum KernelResource {
  private static let prefixes = ["PCI ECAM ", "PCI MMCONFIG "]

  static func isECAM(_ name: String) -> Bool { prefixes.contains { name.hasPrefix($0) } }

  /// The region, or `nil` where the line has another form.
  static func region(_ resource: Resource) -> ECAMRegion? {
    guard let named = namedRegion(resource.name) else { return nil }
    let base = resource.addresses.lowerBound.subtractingReportingOverflow(
      UInt64(named.buses.lowerBound) * ECAMRegion.bytesPerBus)
    guard !base.overflow else { return nil }
    return try? ECAMRegion(base: base.partialValue, segment: named.segment, buses: named.buses)
  }

  /// What the name alone tells of the region, or `nil` where it has another form.
  static func namedRegion(_ name: String) -> HiddenECAMRegion? {
    guard let prefix = prefixes.first(where: { name.hasPrefix($0) }) else { return nil }
    let words = name.dropFirst(prefix.count).split { " []-".contains($0) }
    // Linux 2.6 wrote the buses without the word.
    let numbers = words.filter { $0 != "bus" }
    guard numbers.count == 3, let segment = UInt32(numbers[0], radix: 16),
      let first = UInt8(numbers[1], radix: 16), let last = UInt8(numbers[2], radix: 16),
      first <= last
    else { return nil }
    return HiddenECAMRegion(segment: segment, buses: first...last)
  }
}
