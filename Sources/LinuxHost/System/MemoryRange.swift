/// A range of the memory map that firmware gave the kernel: an E820 entry.
public struct MemoryRange: Equatable, Sendable {
  /// The first and last address.
  public let addresses: ClosedRange<UInt64>
  /// What it is, in the kernel's words: `System RAM`, `Reserved`, `ACPI Tables`, ….
  public let type: String

  /// Reads the files of an entry, each of which has one line.
  ///
  /// - Returns: `nil` where an address is no hexadecimal number behind `0x`, or the last one is
  ///   before the first.
  init?(start: String, end: String, type: String) {
    guard let first = Self.address(start), let last = Self.address(end), first <= last else {
      return nil
    }
    addresses = first...last
    self.type = type
  }

  private static func address(_ text: String) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : nil
  }
}

extension Host {
  /// The firmware's memory map, from `sys/firmware/memmap` (Linux ABI documentation,
  /// `sysfs-firmware-memmap`), ascending.
  func memoryMap() -> Fact<[MemoryRange]> {
    let directory = "sys/firmware/memmap"
    return names(in: directory).map { names in
      names.compactMap { name in
        let entry = "\(directory)/\(name)/"
        guard let start = line(entry + "start").value, let end = line(entry + "end").value,
          let type = line(entry + "type").value
        else { return nil }
        return MemoryRange(start: start, end: end, type: type)
      }
      .sorted { $0.addresses.lowerBound < $1.addresses.lowerBound }
    }
  }
}
