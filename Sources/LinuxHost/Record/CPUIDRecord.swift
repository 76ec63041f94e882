import PCIConfig

/// CPUID of a recorded machine, in the form that `cpuid -r` of Todd Allen's cpuid prints:
/// `   0x00000001 0x00: eax=0x000906ea ebx=0x00100800 ecx=0x7ffafbbf edx=0xbfebfbff`.
public struct CPUIDRecord: CPUIDSource, Sendable {
  private struct Key: Hashable {
    let leaf: UInt32
    let subleaf: UInt32
  }

  private var leaves: [Key: CPUIDRegisters] = [:]

  /// Reads a record. Of several processors the first counts; lines of another form are passed over.
  public init(text: some StringProtocol) {
    for line in text.lines {
      let words = line.split { $0 == " " || $0 == ":" || $0 == "\t" }
      guard words.count >= 6, let leaf = Self.number(words[0]), let subleaf = Self.number(words[1])
      else { continue }
      let key = Key(leaf: leaf, subleaf: subleaf)
      guard leaves[key] == nil,
        let eax = Self.register(words[2], "eax="), let ebx = Self.register(words[3], "ebx="),
        let ecx = Self.register(words[4], "ecx="), let edx = Self.register(words[5], "edx=")
      else { continue }
      leaves[key] = CPUIDRegisters(eax: eax, ebx: ebx, ecx: ecx, edx: edx)
    }
  }

  /// Whether leaf 1, which every processor has, is missing.
  public var isEmpty: Bool { leaves[Key(leaf: 1, subleaf: 0)] == nil }

  /// The recorded registers; zeros for a leaf that the record lacks.
  public func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    leaves[Key(leaf: leaf, subleaf: subleaf)] ?? CPUIDRegisters()
  }

  private static func register(_ word: some StringProtocol, _ name: String) -> UInt32? {
    word.hasPrefix(name) ? number(word.dropFirst(name.count)) : nil
  }

  private static func number(_ word: some StringProtocol) -> UInt32? {
    word.hasPrefix("0x") ? UInt32(word.dropFirst(2), radix: 16) : nil
  }
}
