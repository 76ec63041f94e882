import LinuxHost
import PCIConfig

/// An MCFG table, decoded and judged, and where its bytes come from.
public struct MCFGReport: Equatable, Sendable {
  /// The file that was read.
  public let path: String
  /// The number of bytes that were read.
  public let byteCount: Int
  /// The table.
  public let mcfg: MCFG

  private init(_ bytes: [UInt8], path: String) {
    self.path = path
    byteCount = bytes.count
    mcfg = MCFG(bytes)
  }

  /// Reads the machine's own table.
  ///
  /// - Parameter host: The machine.
  /// - Throws: ``MCFGUnavailable``.
  public init(of host: Host) throws(MCFGUnavailable) {
    switch host.mcfg() {
    case .known(let bytes):
      let path = host.place(of: "/sys/firmware/acpi/tables/MCFG")
      guard !bytes.isEmpty else { throw .empty(path: path) }
      self.init(bytes, path: path)
    case .absent(let path):
      throw .absent(
        path: path, record: host.record,
        otherTables: host.names(in: "sys/firmware/acpi/tables").value?.isEmpty == false)
    case .failed(let failure):
      throw .failed(failure, isOwn: true)
    }
  }

  /// Reads a table from a file, which may be a pipe.
  ///
  /// - Parameter path: The file, with the bytes of the table and nothing else; `-` is standard input.
  /// - Throws: ``MCFGUnavailable``.
  public init(file path: String) throws(MCFGUnavailable) {
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor(readingNamed: path).readToEnd(limit: Host.greatestTableByteCount)
    } catch {
      throw .failed(error, isOwn: false)
    }
    guard !bytes.isEmpty else { throw .empty(path: path) }
    self.init(bytes, path: path)
  }

  /// Whether there is a finding that is more than a note.
  public var hasFault: Bool { mcfg.findings.contains { $0.severity != .note } }
}
