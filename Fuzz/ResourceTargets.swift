import TestSupport

@testable import HostPCI
@testable import LinuxHost
@testable import PCIConfig

extension FuzzTarget {
  /// Entries of the firmware's memory map, as the files in `/sys/firmware/memmap` have them: lines
  /// of the first address, the last and the type in turn. The first two bytes of an input choose
  /// the region that is looked for among them.
  static let e820 = FuzzTarget(
    name: "e820",
    seeds: {
      let entries = """
        0x0
        0x9fbff
        System RAM
        0xe0000000
        0xe7ffffff
        Reserved
        0xe8000000
        0xefffffff
        Reserved
        0xffffffffe0000000
        0xffffffffffffffff
        ACPI Tables

        """
      return [[0, 0], [0x0E, 0xFF], [0xFE, 0x7F]].map { $0 + Array(entries.utf8) }
    },
    words: [
      "0x", "0xe0000000", "0xefffffff", "0xffffffffffffffff", "\n", "Reserved\n", "System RAM\n",
    ],
    run: { bytes in
      guard bytes.count > 2 else { return 0 }
      let lines = String(decoding: bytes.dropFirst(2), as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      ).map(String.init)
      var map: [MemoryRange] = []
      for index in stride(from: 0, to: lines.count - 2, by: 3) {
        guard
          let range = MemoryRange(
            start: lines[index], end: lines[index + 1], type: lines[index + 2])
        else { continue }
        precondition(range.type == lines[index + 2])
        let again = MemoryRange(
          start: "0x" + String(range.addresses.lowerBound, radix: 16),
          end: "0x" + String(range.addresses.upperBound, radix: 16), type: range.type)
        precondition(again == range)
        map.append(range)
      }
      // 256 MiB at a multiple of 256 MiB, the last one of all at the greatest.
      let base = UInt64(bytes[0]) << 28 | (bytes[0] == 0xFF ? 0xF_FFF0_0000_0000 : 0)
      guard let region = try? ECAMRegion(base: base, buses: 0...bytes[1]) else { return 0 }
      let ranges = map.map(\.addresses)
      let covered = MemoryRanges(ranges).coveredBytes(of: region.addresses)
      precondition(covered == MemoryRanges(ranges.reversed()).coveredBytes(of: region.addresses))
      precondition(covered == grown(region.addresses, by: ranges))
      return map.count + (covered > 0 ? 1 : 0)
    })

  /// The kernel's list of who has which addresses, written and read again, and the ECAM regions in
  /// it.
  static let iomem = FuzzTarget(
    name: "iomem",
    seeds: {
      [
        """
        00000000-00000fff : Reserved
        00001000-0009fbff : System RAM
        e0000000-efffffff : PCI ECAM 0000 [bus 00-ff]
          e0000000-efffffff : pnp 00:01
        100000000-17fffffff : System RAM

        """,
        "f0000000-f3ffffff : PCI MMCONFIG 0 [00-3f]\nfed1c000-fed1ffff : pnp 00:08\n",
        "80100000-801fffff : PCI ECAM 10000 [bus 01-01]\n",
        "00000000-00000000 : System RAM\n  00000000-00000000 : PCI Bus 0000:00\n",
        "0000-0cf7 : PCI Bus 0000:00\n  0060-0060 : keyboard\n0cf8-0cff : PCI conf1\n",
      ].map { Array($0.utf8) }
    },
    words: [
      " : ", "-", "\n", "  ", "PCI ECAM ", "PCI MMCONFIG ", "0000 [bus 00-ff]", "0 [00-3f]",
      "Reserved", "ffffffffffffffff", "0-0 : ",
    ],
    run: { bytes in
      let resources = Resource.parse(String(decoding: bytes, as: UTF8.self))
      let text = resources.map { resource in
        let first = String(resource.addresses.lowerBound, radix: 16)
        return "\(first)-\(String(resource.addresses.upperBound, radix: 16)) : \(resource.name)\n"
      }
      precondition(Resource.parse(text.joined()) == resources)
      let regions = resources.compactMap(KernelResource.region)
      for region in regions {
        precondition(region.addresses.lowerBound >= region.base)
        precondition(region.byteCount <= 256 << 20)
      }
      return resources.count + regions.count + (resources.hideAddresses ? 1 : 0)
    })

  /// How many bytes from the first on are in one of the ranges, found by looking for the next one
  /// again and again.
  private static func grown(
    _ wanted: ClosedRange<UInt64>, by ranges: [ClosedRange<UInt64>]
  ) -> UInt64 {
    var count: UInt64 = 0
    while count <= wanted.upperBound - wanted.lowerBound,
      let range = ranges.first(where: { $0.contains(wanted.lowerBound + count) })
    {
      count += min(range.upperBound, wanted.upperBound) - (wanted.lowerBound + count) + 1
    }
    return count
  }
}
