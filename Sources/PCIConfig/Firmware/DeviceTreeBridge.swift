/// What a device tree says about a host bridge (Linux, bindings/pci/host-generic-pci).
public struct DeviceTreeBridge: Sendable {
  /// The value of a property: its address, 0 where there is none, and the number of bytes.
  typealias Value = (address: UInt64, count: UInt32)

  /// The offset of the node's first token from the beginning of the tree.
  public let node: UInt32
  /// `#address-cells` and `#size-cells` of the parent.
  let parentCells: (address: UInt32, size: UInt32)
  var isCompatible = false
  var isOperational = true
  var register: Value = (0, 0)
  var busRange: Value = (0, 0)
  var domain: Value = (0, 0)

  /// The region that the bridge opens: the window that `reg` says, for the buses of `bus-range`, or
  /// from 0 on as many as there is room for, in the segment of `linux,pci-domain`, or 0.
  ///
  /// - Parameter memory: The memory that the tree is in.
  /// - Throws: ``DeviceTreeBridgeError``.
  public func region(
    in memory: some PhysicalMemory<Never>
  ) throws(DeviceTreeBridgeError) -> ECAMRegion {
    let cells = parentCells
    guard 1...2 ~= cells.address, 1...2 ~= cells.size else {
      throw .cells(node: node, address: cells.address, size: cells.size)
    }
    guard register.count >= 4 * (cells.address + cells.size) else {
      throw .register(node: node, byteCount: register.count)
    }
    let base = memory.bigEndian(at: register.address, cells: cells.address)
    let size = memory.bigEndian(
      at: register.address + UInt64(4 * cells.address), cells: cells.size)
    let room = size / ECAMRegion.bytesPerBus
    guard room > 0 else { throw .windowSize(node: node, size) }
    var (first, last): (UInt32, UInt32) = (0, UInt32(min(room, 256)) - 1)
    if busRange.address != 0 {
      guard busRange.count == 8 else {
        throw .busRangeLength(node: node, byteCount: busRange.count)
      }
      first = memory.bigEndian(at: busRange.address)
      last = memory.bigEndian(at: busRange.address + 4)
    }
    guard first <= last, last <= 255 else {
      throw .busRange(node: node, first: first, last: last)
    }
    guard UInt64(last - first) < room else { throw .windowSize(node: node, size) }
    var segment: UInt32 = 0
    if domain.address != 0 {
      guard domain.count == 4 else {
        throw .domainLength(node: node, byteCount: domain.count)
      }
      segment = memory.bigEndian(at: domain.address)
    }
    // The window begins with its first bus, a region with bus 0.
    let before = UInt64(first) * ECAMRegion.bytesPerBus
    guard base >= before else { throw .belowBus0(node: node, base: base, firstBus: first) }
    do throws(ECAMRegionError) {
      return try ECAMRegion(
        base: base - before, segment: segment,
        buses: UInt8(truncatingIfNeeded: first)...UInt8(truncatingIfNeeded: last))
    } catch {
      throw .region(node: node, error)
    }
  }
}
