import TestSupport

@testable import PCIConfig

extension FuzzTarget {
  /// The list in the first 256 bytes, with the header that leads to it.
  static let capabilities = FuzzTarget(
    name: "capabilities",
    seeds: {
      [0, 1, 2].map { (layout: UInt32) in
        image([
          0x00: 0x1111_8086, 0x04: 0x0010_0000, 0x0C: layout << 16, 0x14: 0x40, 0x34: 0x40,
          0x40: 0x0002_5001, 0x50: 0x0080_D005, 0xD0: 0x0012_0010,
        ])
      }
    },
    run: { bytes in
      let registers = ConfigurationImage(bytes)
      guard let header = try? Header(registers) else { return 0 }
      let count = CapabilityList(registers, header).capabilities.count
      precondition(count <= 48)
      return count
    })

  /// The list in extended configuration space. An input is what lies there, from 0x100 on.
  static let extendedCapabilities = FuzzTarget(
    name: "extended-capabilities",
    seeds: {
      [
        Array(
          image([0x100: 0x1401_0001, 0x140: 0x1801_0002, 0x180: 0x0001_000B], count: 0x200)
            .dropFirst(0x100)),
        Array(image([0x100: 0x1401_0001, 0x140: 0x1001_0002], count: 0x200).dropFirst(0x100)),
      ]
    },
    run: { bytes in
      let registers = ConfigurationImage([UInt8](repeating: 0, count: 0x100) + bytes)
      let count = ExtendedCapabilityList(registers).capabilities.count
      precondition(count <= 960)
      return count
    })

  /// What capabilities say. The first byte of an input is where they are looked for in the rest, in
  /// doublewords; each is decoded there, whatever the ID.
  static let capabilityValues = FuzzTarget(
    name: "capability-values",
    seeds: {
      let places = [
        image([0x40: 0x0185_5005, 0x50: 0xC007_6011, 0x60: 0x0142_7010, 0x70: 0x0214_0009]),
        image([0x40: 0x0001_0023, 0x44: 0x0381_1E98, 0x50: 0x0818_0009]),
      ]
      return places.flatMap { image in [0x10, 0x14, 0x18, 0x1C].map { [$0] + image } }
    },
    run: { bytes in
      guard let place = bytes.first else { return 0 }
      let registers = ConfigurationImage(Array(bytes.dropFirst()))
      let register = Register(integerLiteral: UInt16(place) * 4)
      let id = registers.doubleword(at: register.offset) ?? 0
      let extended = ExtendedCapability(
        register: register,
        id: ExtendedCapabilityID(rawValue: UInt16(truncatingIfNeeded: id)),
        version: UInt8(truncatingIfNeeded: id >> 16) & 15)
      var count = PowerManagement(registers, at: register)?.auxiliaryCurrent ?? 0
      count += MSI(registers, at: register).map { $0.byteCount + $0.enabledCount } ?? 0
      count += MSIX(registers, at: register)?.count ?? 0
      let express = ExpressCapability(registers, at: register)
      count += express?.byteCount ?? 0
      if let express {
        let second = ExpressCapability.Version2(registers, at: register, of: express)
        count += Int(second?.device.control ?? 0)
      }
      let conventional = Capability(
        register: register, id: CapabilityID(rawValue: UInt8(truncatingIfNeeded: id)),
        header: UInt16(truncatingIfNeeded: id >> 16))
      for layout in [HeaderLayout.device, .bridge, .cardBus] {
        count += conventional.byteCount(registers, layout) ?? 0
      }
      count += extended.byteCount(registers, express) ?? 0
      count += Int(SATACapability(registers, at: register)?.majorRevision ?? 0)
      count += Int(VirtioCapability(registers, at: register)?.bar ?? 0)
      count += Int(VendorCapability(registers, extended)?.byteCount ?? 0)
      for isRoot in [false, true] {
        count += Int(
          AdvancedErrorReporting(registers, at: register, isRoot: isRoot)?.control ?? 0)
      }
      return count
    })

  /// The bytes of doublewords at offsets.
  private static func image(_ doublewords: [Int: UInt32], count: Int = 256) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for (offset, value) in doublewords {
      bytes.replaceSubrange(offset..<(offset + 4), with: little(UInt64(value), 4))
    }
    return bytes
  }
}
