import TestSupport

@testable import PCIConfig

/// Memory of a PC that repeats an input: the first 16 bytes rule what is done, 64 are the BIOS area,
/// the EBDA and the rest of low memory, 512 are all memory from 1 MiB on.
private struct RepeatingMemory: PhysicalMemory {
  private(set) var bytes: [UInt8]

  static let byteCount = 80 + 512

  /// Creates memory; what the input lacks is zero.
  init(_ input: [UInt8]) {
    let missing = max(0, Self.byteCount - input.count)
    bytes = input + [UInt8](repeating: 0, count: missing)
  }

  /// Where an address lies in the input.
  func index(_ address: UInt64) -> Int {
    switch address {
    case 0x40E...0x40F: Int(address - 0x40E)
    case 0..<0x10_0000: 16 + Int(address & 0x3F)
    default: 80 + Int(address & 0x1FF)
    }
  }

  func read(address: UInt64, width: AccessWidth) -> UInt32 {
    precondition(address % UInt64(width.byteCount) == 0, "accesses are aligned")
    // The BIOS area has the root pointer once.
    guard !(0xE_0000..<0xF_0000 ~= address || 0xF_0040..<0x10_0000 ~= address) else { return 0 }
    var value: UInt32 = 0
    for offset in 0..<UInt64(width.byteCount) {
      value |= UInt32(bytes[index(address + offset)]) << UInt32(8 * offset)
    }
    return value
  }

  func write(address: UInt64, width: AccessWidth, value: UInt32) {
    preconditionFailure("the look-up writes nothing")
  }

  /// Makes the bytes of a structure add up to zero by one of them.
  mutating func correct(_ byte: UInt64, from address: UInt64, count: UInt64) {
    guard address < .max - 0x1_0000 else { return }
    var sum: UInt8 = 0
    for offset in 0..<count { sum &+= bytes[index(address + offset)] }
    bytes[index(address + byte)] &-= sum
  }
}

extension FuzzTarget {
  /// The look-up of tables, from the root pointer on, which is searched or known.
  static let acpi = FuzzTarget(
    name: "acpi",
    seeds: {
      let mcfg = MCFGTable(
        entries: [MCFGEntry(base: 0xE000_0000, segment: 0, firstBus: 0, lastBus: 255)]
      ).bytes
      let start: UInt64 = 0x7000_0000
      var body = acpiTable("XSDT", little(start + 128, 8))
      body += [UInt8](repeating: 0, count: 128 - body.count) + mcfg
      var old = acpiTable("RSDT", little(start + 128, 4))
      old += [UInt8](repeating: 0, count: 128 - old.count) + mcfg
      return [
        (acpiRootPointer(xsdt: start), body), (acpiRootPointer(rsdt: UInt32(start)), old),
        (acpiRootPointer(revision: 0, rsdt: UInt32(start)), old),
      ].flatMap { pointer, tables in
        [0, 1].map { (mode: UInt8) in
          let low = [0xC0, 0x9F, mode] + [UInt8](repeating: 0, count: 13) + pointer
          return low + [UInt8](repeating: 0, count: 80 - low.count) + tables
        }
      }
    },
    run: { bytes in
      var memory = RepeatingMemory(bytes)
      // A search takes long: it is made for one of 64 inputs, whatever they come from.
      let isSearched = bytes.sum(0..<bytes.count) % 64 == 0
      let pointer: UInt64 = 0xF_0000
      if memory.bytes[2] & 1 != 0 {
        memory.correct(8, from: pointer, count: 20)
        memory.correct(32, from: pointer, count: 36)
        let isExtended = memory.littleEndian(at: pointer + 24, count: 8) != 0
        let table = memory.littleEndian(
          at: pointer + (isExtended ? 24 : 16), count: isExtended ? 8 : 4)
        if table < .max - 0x1_0000 {
          let length = memory.littleEndian(at: table + 4, count: 4)
          memory.correct(9, from: table, count: min(length, 0x400))
        }
      }
      do throws(ACPIError) {
        let tables = try ACPITables(
          isSearched ? .find(in: memory) : ACPIRootPointer(at: pointer, in: memory), in: memory,
          limit: 0x400)
        guard let table = try tables.table(MCFG.signature) else { return 1 }
        return MCFG(table.bytes).entries.count + 2
      } catch {
        return 0
      }
    })
}
