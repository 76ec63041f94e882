/// Why a host bridge of a device tree opens no region. A node is named by the offset of its first
/// token from the beginning of the tree.
public enum DeviceTreeBridgeError: Error, Equatable, Sendable {
  /// No `reg`, or one that is shorter than an address and a size: it has so many bytes.
  case register(node: UInt32, byteCount: UInt32)
  /// A parent whose addresses or sizes have other than 1 or 2 cells.
  case cells(node: UInt32, address: UInt32, size: UInt32)
  /// A `bus-range` of so many bytes, which are not two numbers.
  case busRangeLength(node: UInt32, byteCount: UInt32)
  /// A `linux,pci-domain` of so many bytes, which are not one number.
  case domainLength(node: UInt32, byteCount: UInt32)
  /// A `bus-range` that is reversed or goes beyond bus 255.
  case busRange(node: UInt32, first: UInt32, last: UInt32)
  /// A window of a size that has no room for all buses, or for one.
  case windowSize(node: UInt32, UInt64)
  /// A window that is at an address below that of bus 0, which lies before its first bus.
  case belowBus0(node: UInt32, base: UInt64, firstBus: UInt32)
  /// A window that cannot be.
  case region(node: UInt32, ECAMRegionError)
}

extension DeviceTreeBridgeError: CustomStringConvertible {
  /// What was found and what was expected, in one line.
  public var description: String {
    switch self {
    case .register(let node, let byteCount):
      at(node) + "reg of \(byteCount) bytes: expected an address and a size"
    case .cells(let node, let address, let size):
      at(node) + "#address-cells \(address), #size-cells \(size): expected 1 or 2 each"
    case .busRangeLength(let node, let byteCount):
      at(node) + "bus-range of \(byteCount) bytes: expected 8"
    case .domainLength(let node, let byteCount):
      at(node) + "linux,pci-domain of \(byteCount) bytes: expected 4"
    case .busRange(let node, let first, let last):
      at(node) + "bus-range \(first) to \(last): expected 0 to 255, the first not behind the last"
    case .windowSize(let node, let size):
      at(node) + "a window of \(hex(size)) bytes: expected 0x100000 for each bus"
    case .belowBus0(let node, let base, let firstBus):
      at(node) + "bus \(hexadecimal(firstBus, digits: 2)) at \(hex(base)): "
        + "expected room for the buses before"
    case .region(let node, let error): at(node) + error.description
    }
  }

  private func at(_ node: UInt32) -> String { "node at \(hex(node)): " }

  private func hex(_ value: some BinaryInteger) -> String { "0x" + hexadecimal(value, digits: 1) }
}
