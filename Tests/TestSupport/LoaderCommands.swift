/// A script of the ACPI table loader, made as a test wants it.
package struct LoaderCommands {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func allocate(_ name: String, alignment: UInt32 = 16, zone: UInt8 = 1) {
    add(1, padded(name) + little(UInt64(alignment), 4) + [zone])
  }

  package mutating func addPointer(
    _ name: String, at offset: UInt32, to target: String, size: UInt8 = 4
  ) {
    add(2, padded(name) + padded(target) + little(UInt64(offset), 4) + [size])
  }

  package mutating func addChecksum(_ name: String, at offset: UInt32, start: UInt32, count: UInt32)
  {
    add(
      3,
      padded(name) + little(UInt64(offset), 4) + little(UInt64(start), 4)
        + little(UInt64(count), 4))
  }

  package mutating func add(_ number: UInt32, _ fields: [UInt8] = []) {
    let command = little(UInt64(number), 4) + fields
    bytes += command + [UInt8](repeating: 0, count: 128 - command.count)
  }
}

/// The files of a machine whose root pointer of ACPI 1 leads through RSDT to a table, as the table
/// loader expects them: pointers are offsets, checksums are missing.
package struct LoaderFiles {
  package var script = LoaderCommands()
  package var rootPointer: [UInt8]
  package var tables: [UInt8]

  /// - Parameter table: The table that RSDT names, with a right checksum or without.
  package init(_ table: [UInt8]) {
    let root: UInt32 = 64
    tables = [UInt8](repeating: 0, count: Int(root)) + Array("RSDT".utf8) + little(40, 4)
    tables += [UInt8](repeating: 0, count: 28) + little(UInt64(root + 40), 4) + table
    rootPointer = Array("RSD PTR ".utf8) + [UInt8](repeating: 0, count: 8)
    rootPointer += little(UInt64(root), 4)
    script.allocate("etc/acpi/rsdp", zone: 2)
    script.allocate("etc/acpi/tables", alignment: 64)
    script.addPointer("etc/acpi/tables", at: root + 36, to: "etc/acpi/tables")
    script.addChecksum("etc/acpi/tables", at: root + 9, start: root, count: 40)
    script.addPointer("etc/acpi/rsdp", at: 16, to: "etc/acpi/tables")
    script.addChecksum("etc/acpi/rsdp", at: 8, start: 0, count: 20)
  }

  package var files: [(name: String, bytes: [UInt8])] {
    [
      ("bootorder", [1, 2, 3]), ("etc/acpi/rsdp", rootPointer), ("etc/acpi/tables", tables),
      ("etc/table-loader", script.bytes),
    ]
  }
}
