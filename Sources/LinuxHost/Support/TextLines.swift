extension StringProtocol {
  /// The lines that are not empty, without the line feeds and the carriage returns before them.
  ///
  /// Nothing else ends a line, whatever Unicode says of it: names of devices may have anything.
  package var lines: [Substring] {
    Substring(self).utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let line = withoutReturns(line)
      return line.isEmpty ? nil : line
    }
  }

  /// The first line, which may be empty, without the line feed and the carriage returns before it.
  package var firstLine: Substring {
    withoutReturns(Substring(self).utf8.prefix { $0 != UInt8(ascii: "\n") })
  }
}

private func withoutReturns(_ line: Substring.UTF8View) -> Substring {
  var line = line
  while line.last == UInt8(ascii: "\r") { line.removeLast() }
  return Substring(line)
}

/// A number and what is counted, for a reader: `1 file`, `2 files`.
///
/// - Parameters:
///   - number: How many.
///   - thing: The noun in the singular; the plural adds an `s`.
package func counted(_ number: Int, _ thing: String) -> String {
  "\(number) \(thing)\(number == 1 ? "" : "s")"
}
