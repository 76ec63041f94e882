import HostPCI
import PCIConfig

extension PolicyTable {
  /// The table for a reader, in lines of at most 80 columns: the decisions, then the reasons.
  public var text: String {
    var writer = TextWriter()
    for (index, group) in groups.enumerated() {
      if index > 0 { writer.line() }
      let count = group.functions.count == 1 ? "function" : "\(group.functions.count) functions:"
      writer.paragraph("\(count) ", group.functions.map(\.description).joined(separator: " "))
      writer.line()
      writer.line(padded("policy", 13) + padded("0x00-0xff", 15) + "0x100-0xfff")
      for row in group.rows {
        writer.line(
          padded("\(row.policy.name)", 13) + padded(row.conventional.mechanism.title, 15)
            + row.extended.mechanism.title
            + (row.policy == .default
              ? padded("", 15 - row.extended.mechanism.title.count)
                + "the default" : ""))
      }
      for row in group.rows {
        writer.line()
        writer.paragraph(
          "\(row.policy.name), 0x00-0xff: ", row.conventional.reasonsInWords, indentation: 2)
        writer.paragraph(
          "\(row.policy.name), 0x100-0xfff: ", row.extended.reasonsInWords, indentation: 2)
      }
    }
    if !notes.isEmpty { writer.line() }
    for note in notes { writer.paragraph("Note: ", note, indentation: 2) }
    return writer.text
  }
}

extension AccessDecision {
  fileprivate var reasonsInWords: String {
    mechanism.title + ": " + reasons.map(\.description).joined(separator: "; ")
  }
}

extension AccessDecision.Mechanism {
  /// The words for a reader.
  public var title: String {
    switch self {
    case .mechanism1: "mechanism 1"
    case .ecam, .hiddenECAM: "ECAM"
    case .refused: "refused"
    }
  }
}
