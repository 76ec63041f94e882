import HostPCI
import LinuxHost

extension Snapshot {
  /// What was written and what was left out; lines with commands are not broken.
  ///
  /// - Parameter directory: Where it was written.
  public func report(on directory: String) -> String {
    var writer = TextWriter()
    writer.line(
      "written   \(directory): \(counted(functionCount, "function")), "
        + "\(counted(files.count, "file"))")
    for omission in omissions { writer.paragraph("left out  ", omission) }
    writer.line("look      pcicfg probe --root \(directory)")
    writer.line("compare   pcicfg diff \(directory) live")
    return writer.text
  }

  /// Whether of no function more than the header could be read.
  public var hasHeadersOnly: Bool {
    let counts = files.filter { $0.key.hasSuffix("/config") }.map(\.value.count)
    return !counts.isEmpty && counts.allSatisfy { $0 <= 64 }
  }
}
