import TestSupport

@testable import PCIConfig

extension FuzzTarget {
  /// The bridges of a tree at the end of 64-bit addresses; nothing behind the input can be read.
  static let deviceTree = FuzzTarget(
    name: "device-tree",
    seeds: {
      [
        DeviceTreeBytes.microvm(),
        DeviceTreeBytes.microvm {
          $0.property("status", text: "okay")
          $0.property("bus-range", cells: 0x40, 0x7F)
          $0.node("child") { $0.property("compatible", text: "pci-host-ecam-generic") }
        },
      ].map(\.bytes)
    },
    run: { bytes in
      guard bytes.count >= 40 else { return 0 }
      let memory = RAM(bytes, at: (.max - UInt64(bytes.count)) & ~7)
      do throws(DeviceTreeError) {
        var bridges = try DeviceTreeBridges(
          at: memory.start, in: memory, limit: UInt32(bytes.count))
        var buses = 0
        while let bridge = try bridges.next() { buses += busCount(bridge, memory) }
        return buses
      } catch {
        return 0
      }
    })

  private static func busCount(_ bridge: DeviceTreeBridge, _ memory: RAM) -> Int {
    do throws(DeviceTreeBridgeError) {
      return try bridge.region(in: memory).buses.count
    } catch {
      return 0
    }
  }
}
