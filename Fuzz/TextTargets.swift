@testable import HostPCI
@testable import HostReports
@testable import LinuxHost
@testable import PCIConfig

extension FuzzTarget {
  /// A dump of configuration space as text, which is read again after it was written.
  static let dump = FuzzTarget(
    name: "dump",
    seeds: {
      let line = "00: 86 80 37 12 07 00 00 00 02 00 00 06 00 00 00 00"
      return [
        "00:00.0 Host bridge\n\(line)\n\n10000:00:1f.3 x\r\n00: 86 80\r\n02: 30\n",
        "text\n00:00.0 x\n\tFlags: y\n\n0001:02:03.4 x\n\(line)\n10\(line.dropFirst(2))\n",
        "00:1c.0/02:00.0 x\n00: ff ff ff ff ff ff ff ff ff ff ff ff\n\n00:1c.0/00.0 x\n\(line)\n",
        "00:20.0 x\n\(line)\n\n00:00.0 x\n\(line)\n20\(line.dropFirst(2))\n\n00:00.0 x\n\(line)\n",
      ].map { Array($0.utf8) }
    },
    run: { bytes in
      guard let dump = try? ConfigurationDump(parsing: bytes) else { return 0 }
      let text = dump.functions.map { "\($0.address) \n\($0.image.hexDump())\n" }.joined()
      let again = try? ConfigurationDump(parsing: Array(text.utf8))
      precondition(again == ConfigurationDump(dump.functions))
      let lines = dump.ignoredRegisters.map(\.line)
      precondition(lines == lines.sorted())
      let inventory = Inventory(of: dump)
      precondition(inventory.functions.count == dump.functions.count)
      precondition(inventory.failures.isEmpty == dump.omissions.isEmpty)
      var listing = Listing(inventory)
      listing.byteLimit = 4096
      let listed = try? ConfigurationDump(parsing: Array(listing.text.utf8))
      precondition(
        listed == ConfigurationDump(dump.functions.sorted { $0.address < $1.address }))
      return dump.functions.count + dump.omissions.count
    })

  /// A file of names. The first bytes of an input say what is looked up in the rest.
  static let names = FuzzTarget(
    name: "names",
    seeds: {
      let file = "\n001c  Maker\n\t0001  Device\n\t\t001c 0004  Board\nS 001c\n\t0007  Other\n"
      return [
        [0x1C, 0, 1, 0, 0x1C, 0, 4, 0], [0x1C, 0, 2, 0, 0x1C, 0, 7, 0], [1, 6, 1, 0, 0, 0, 0, 0],
      ].map { $0 + Array((file + "C 01  Class\n\t06  Subclass\n\t\t01  Interface\n").utf8) }
    },
    words: ["\n\t", "\n\t\t", "\nC ", "\nS ", "  ", "\n#", "\r\n"],
    run: { bytes in
      guard bytes.count > 8 else { return 0 }
      func number(_ index: Int) -> UInt16 { UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8 }
      let database = NameDatabase(Array(bytes.dropFirst(8)))
      let names = [
        database.vendor(number(0)), database.device(number(2), of: number(0)),
        database.subsystem(number(6), by: number(4), on: number(2), of: number(0)),
        database.baseClass(bytes[0]), database.subclass(bytes[1], of: bytes[0]),
        database.interface(bytes[2], of: bytes[1], bytes[0]),
      ].compactMap { $0 }
      precondition(!names.contains(""))
      return names.count
    })
}
