/// The rights of a process.
public struct Privileges: Equatable, Sendable {
  /// The effective user, 0 for root; `nil` where the status does not tell.
  public let user: UInt32?
  /// The effective capabilities, one bit each (capabilities(7)); `nil` as above.
  public let capabilities: UInt64?
  /// Whether a seccomp filter may refuse calls.
  public let isFiltered: Bool

  /// Reads the text of `/proc/self/status`.
  public init(status: String) {
    var fields: [Substring: [Substring]] = [:]
    for line in status.lines {
      let words = line.split { $0 == "\t" || $0 == " " }
      guard let name = words.first, name.hasSuffix(":") else { continue }
      fields[name.dropLast()] = Array(words.dropFirst())
    }
    let users = fields["Uid"] ?? []
    user = users.count > 1 ? UInt32(users[1]) : nil
    capabilities = fields["CapEff"]?.first.flatMap { UInt64($0, radix: 16) }
    isFiltered = fields["Seccomp"]?.first.map { $0 != "0" } ?? false
  }

  /// CAP_SYS_RAWIO: ports and `/dev/mem`.
  public var hasRawIO: Bool? { capabilities.map { $0 >> 17 & 1 == 1 } }
  /// CAP_SYS_ADMIN: registers from 0x40 up, addresses in `/proc/iomem`.
  public var hasAdmin: Bool? { capabilities.map { $0 >> 21 & 1 == 1 } }
}
