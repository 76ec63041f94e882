import HostPCI

extension MachineComparison {
  /// The differences for a reader, a line each, and what was not compared.
  public var text: String {
    var writer = TextWriter()
    writer.line("a  \(names[0])")
    writer.line("b  \(names[1])")
    writer.line()
    for difference in differences {
      let line = difference.description
      writer.paragraph(String(line.prefix(2)), String(line.dropFirst(2)), indentation: 6)
    }
    if differences.isEmpty { writer.line("No difference") }
    if !notCompared.isEmpty {
      writer.line()
      writer.line("Not compared")
      for note in notCompared { writer.paragraph("  ", note, indentation: 4) }
    }
    return writer.text
  }
}
