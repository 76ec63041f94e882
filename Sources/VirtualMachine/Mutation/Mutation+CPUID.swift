import KVM

/// What mutations change about CPUID.
extension Mutation {
  private static let signatureLeaf: UInt32 = 0x4000_0000

  /// A processor's table as it is under the mutation.
  func mutated(_ table: [CPUIDEntry]) -> [CPUIDEntry] {
    let basicMaximum = table.first { $0.leaf == 0 }?.eax ?? 0
    return table.map { entry in
      var entry = entry
      switch (self, entry.leaf) {
      case (.cpuidBitClear, 1): entry.ecx &= ~(1 << 31)
      case (.cpuidSignatureZero, Self.signatureLeaf): (entry.ebx, entry.ecx, entry.edx) = (0, 0, 0)
      case (.cpuidSignatureOrder, Self.signatureLeaf): swap(&entry.ecx, &entry.edx)
      case (.cpuidMaximumBasic, Self.signatureLeaf): entry.eax = basicMaximum
      case (.cpuidSubleafMatters, Self.signatureLeaf...Self.signatureLeaf | 0xFFFF):
        entry.subleaf = 0
      default: break
      }
      return entry
    }
  }
}
