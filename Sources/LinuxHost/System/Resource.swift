/// A line of `/proc/iomem` or `/proc/ioports`: who has which addresses.
public struct Resource: Equatable, Sendable {
  /// The first and last address.
  public let addresses: ClosedRange<UInt64>
  /// Who has them.
  public let name: String

  /// Reads the text of such a file; a line of another form is passed over.
  ///
  /// - Parameter text: Lines as `  eec00000-eecfffff : PCI ECAM 0000 [bus 00-00]`.
  public static func parse(_ text: some StringProtocol) -> [Resource] {
    text.lines.compactMap { line in
      let entry = line.utf8.drop { $0 == UInt8(ascii: " ") }
      guard let dash = entry.firstIndex(of: UInt8(ascii: "-")) else { return nil }
      let rest = entry[entry.index(after: dash)...]
      guard let blank = rest.firstIndex(of: UInt8(ascii: " ")),
        rest[blank...].starts(with: " : ".utf8),
        let first = UInt64(Substring(entry[..<dash]), radix: 16),
        let last = UInt64(Substring(rest[..<blank]), radix: 16),
        first <= last
      else { return nil }
      return Resource(
        addresses: first...last, name: String(Substring(rest[blank...].dropFirst(3))))
    }
  }
}

extension [Resource] {
  /// Why mechanism 1 must not be tried where these are the ports; `nil` where nothing is known
  /// against it.
  package var objectionToMechanism1: String? {
    contains { $0.name == "PCI conf2" }
      ? "the kernel uses mechanism 2, which shares the port: not tried" : nil
  }

  /// Whether the kernel hides the addresses: without CAP_SYS_ADMIN all read as zero.
  package var hideAddresses: Bool { !isEmpty && allSatisfy { $0.addresses == 0...0 } }
}
