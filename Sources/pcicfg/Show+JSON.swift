import FoundationEssentials
import ToolSupport

/// Writes a document to standard output.
func show(json document: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  try show(String(decoding: try encoder.encode(document), as: UTF8.self) + "\n")
}
