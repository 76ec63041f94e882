/// A row of the tables of capability IDs, ``CapabilityID`` and ``ExtendedCapabilityID``.
struct CapabilityDefinition: Sendable {
  /// The ID.
  let number: UInt16
  /// The length in bytes; `nil` where it depends on registers or is not known.
  let byteCount: Int?
  /// setpci's abbreviation, without `CAP_` or `ECAP_`; `nil` where setpci has none.
  let abbreviation: String?
  /// The specification and the clause that defines the registers.
  let clause: String
  /// lspci's name.
  let name: String

  /// Reads a table.
  ///
  /// - Parameter text: A literal with a line for each ID: the ID and the length in hexadecimal, the
  ///   abbreviation, the clause and the name; `-` where there is no length or no abbreviation.
  static func table(_ text: String) -> [CapabilityDefinition] {
    NameTable(text, columns: 5).rows.map { row in
      let hyphen = "-".utf8
      return CapabilityDefinition(
        number: UInt16(row.number),
        byteCount: hexadecimalNumber(row.words[1]).map { Int($0) },
        abbreviation: row.words[2].elementsEqual(hyphen) ? nil : row.words[2].text,
        clause: row.words[3].text, name: row.name)
    }
  }
}
