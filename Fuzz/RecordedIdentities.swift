@testable import PCIConfig

/// CPUID of machines on which each decision about the hypervisor and about encrypted memory falls.
enum RecordedIdentities {
  /// The text of one record each.
  static let all: [String] =
    HypervisorSignature.table.flatMap { entry in
      let signature = (entry.signature.ebx, entry.signature.ecx, entry.signature.edx)
      return [
        record([guest, (0x4000_0000, leaf(0x4000_0001, signature))]),
        record([
          guest, (0x4000_0000, leaf(0x4000_0001, hyperV)),
          (0x4000_0100, leaf(0x4000_0101, signature)),
        ]),
      ]
    } + [
      // Without a hypervisor, and with one that has no name.
      record([(1, leaf(0x000A_0F11, (0, 0x7FFA_FBBF, 0)))]), record([guest]),
      isolated(privileges: 1 << 12, isolation: 0), isolated(privileges: 1 << 22, isolation: 2),
      isolated(privileges: 1 << 22, isolation: 3),
      record([guest, (0, leaf(0x21, (0, 0, 0))), (0x21, leaf(0, tdx))]),
      record([
        guest, (0x8000_0000, leaf(0x8000_001F, (0, 0, 0))), (0x8000_001F, leaf(2, (0, 0, 0))),
      ]),
    ]

  private typealias Leaf = (number: UInt32, registers: CPUIDRegisters)

  /// Leaf 1 of a guest.
  private static let guest: Leaf = (1, leaf(0x000A_0F11, (0x0010_0800, 0xFFFA_FBBF, 0x178B_FBFF)))
  private static let hyperV: (UInt32, UInt32, UInt32) = (0x7263_694D, 0x666F_736F, 0x7648_2074)
  private static let tdx: (UInt32, UInt32, UInt32) = (0x6574_6E49, 0x2020_2020, 0x5844_546C)

  /// A partition of Hyper-V with these privileges and this isolation.
  private static func isolated(privileges: UInt32, isolation: UInt32) -> String {
    record([
      guest, (0x4000_0000, leaf(0x4000_000C, hyperV)),
      (0x4000_0001, leaf(0x3123_7648, (0, 0, 0))),
      (0x4000_0003, leaf(0, (privileges, 0, 0))), (0x4000_000C, leaf(0, (isolation, 0, 0))),
    ])
  }

  private static func leaf(
    _ eax: UInt32, _ others: (ebx: UInt32, ecx: UInt32, edx: UInt32)
  ) -> CPUIDRegisters {
    CPUIDRegisters(eax: eax, ebx: others.ebx, ecx: others.ecx, edx: others.edx)
  }

  private static func record(_ leaves: [Leaf]) -> String {
    leaves.map { leaf in
      let registers = [
        ("eax", leaf.registers.eax), ("ebx", leaf.registers.ebx), ("ecx", leaf.registers.ecx),
        ("edx", leaf.registers.edx),
      ].map { "\($0)=0x\(hexadecimal($1, digits: 8))" }.joined(separator: " ")
      return "   0x\(hexadecimal(leaf.number, digits: 8)) 0x00: \(registers)\n"
    }.joined()
  }
}
