import PCIConfig

/// The bytes of an MCFG table, made as a test wants them.
package struct MCFGTable {
  package var entries: [MCFGEntry]
  package var signature: [UInt8] = Array("MCFG".utf8)
  package var revision: UInt8
  /// What the length says; the number of bytes where it is `nil`.
  package var length: UInt32?
  /// The reserved bytes of every entry.
  package var reserved: UInt32 = 0
  /// Bytes behind the last entry that the length counts.
  package var rest: [UInt8] = []

  package init(entries: [MCFGEntry] = [], revision: UInt8 = 1) {
    self.entries = entries
    self.revision = revision
  }

  /// The table with a right checksum over all its bytes.
  package var bytes: [UInt8] {
    var bytes = signature + [UInt8](repeating: 0, count: 40)
    bytes[8] = revision
    for entry in entries {
      bytes += little(entry.base, 8) + little(UInt64(entry.segment), 2)
      bytes += [entry.firstBus, entry.lastBus] + little(UInt64(reserved), 4)
    }
    bytes += rest
    bytes.replaceSubrange(4..<8, with: little(UInt64(length ?? UInt32(bytes.count)), 4))
    bytes[9] = 0 &- bytes.reduce(0, &+)
    return bytes
  }
}
