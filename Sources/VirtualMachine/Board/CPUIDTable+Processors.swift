import KVM

extension [CPUIDEntry] {
  /// Makes the table of a machine's only processor, which has no local APIC, into that of one of
  /// several processors that have: cores of one package, with caches of their own.
  ///
  /// - Parameters:
  ///   - number: The processor's number, which is its APIC id.
  ///   - count: How many processors there are, 1 to 255.
  ///   - offered: What KVM offers. Of that, what a local APIC needs is taken.
  /// - Returns: The table.
  func withLocalAPIC(_ number: UInt32, of count: Int, offered: [CPUIDEntry]) -> Self {
    let apicFeatures: UInt32 = 1 << 21 | 1 << 24  // x2APIC, TSC deadline
    let features = offered.first { $0.leaf == 1 }?.ecx ?? 0
    // Identifiers are told apart by so many bits.
    let shift = UInt32(UInt32.bitWidth - UInt32(count - 1).leadingZeroBitCount)
    let hasSeveral = count > 1
    var table = self
    for index in table.indices {
      switch table[index].leaf {
      case 1:
        table[index].ebx = table[index].ebx & 0xFFFF | UInt32(count) << 16 | number << 24
        table[index].ecx |= features & apicFeatures
        if hasSeveral { table[index].edx |= 1 << 28 }  // HTT
      case 4 where table[index].eax & 0x1F != 0:
        table[index].eax |= Swift.min(1 << shift - 1, 0x3F) << 26
      case 0xB, 0x1F:
        table[index].edx = number
        if table[index].subleaf == 1 {
          table[index].eax = shift
          table[index].ebx = UInt32(count)
        }
      case 0x8000_0001 where hasSeveral: table[index].ecx |= 1 << 1  // CmpLegacy
      case 0x8000_0008 where hasSeveral:
        table[index].ecx |= shift << 12 | UInt32(count - 1)
      case 0x8000_001E:
        table[index].eax = number
        table[index].ebx = number & 0xFF
      default: break
      }
    }
    return table
  }
}
