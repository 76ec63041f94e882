/// What a Linux kernel logs about its access to configuration space.
struct KernelLog {
  /// Whether it uses mechanism 1 for registers below 0x100.
  let usesMechanism1: Bool
  /// The addresses of the ECAM region of segment 0 that it uses, or `nil`.
  let region: ClosedRange<UInt64>?

  /// Reads a log.
  init(_ text: String) {
    let lines = text.split(separator: "\n")
    usesMechanism1 = lines.contains {
      $0.contains("PCI: Using configuration type 1 for base access")
    }
    // Before Linux 6.9 it says MMCONFIG, and names the domain before the addresses.
    region =
      lines.lazy.compactMap { line in
        guard line.contains("PCI: ECAM ") || line.contains("PCI: MMCONFIG "),
          line.contains("for domain 0000 ")
        else { return nil }
        return Self.addresses(line)
      }.first
  }

  /// Addresses as in `[mem 0xb0000000-0xbfffffff]`.
  private static func addresses(_ line: Substring) -> ClosedRange<UInt64>? {
    guard let match = line.firstMatch(of: #/\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]/#),
      let first = UInt64(match.1, radix: 16), let last = UInt64(match.2, radix: 16), first <= last
    else { return nil }
    return first...last
  }
}
