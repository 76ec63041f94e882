extension StringProtocol {
  /// The lines that are not empty, without the line feeds and the carriage returns before them.
  ///
  /// Nothing else ends a line, whatever Unicode says of it: names of devices may have anything.
  var lines: [Substring] {
    Substring(self).utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      return text.isEmpty ? nil : Substring(text)
    }
  }

  /// The first line, which may be empty, without the line feed and the carriage return before it.
  var firstLine: Substring {
    let line = Substring(self).utf8.prefix { $0 != UInt8(ascii: "\n") }
    return Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
