/// What mutations change about functions before a machine starts.
extension Mutation {
  /// The functions of a bus by device and function, as they are under the mutation.
  func mutated(_ functions: [UInt8: PCIFunction]) -> [UInt8: PCIFunction] {
    functions.values.forEach { $0.mutate(self) }
    guard self == .function0Absent else { return functions }
    return functions.filter { $0.key & 7 != 0 || functions[$0.key + 1] == nil }
  }

  /// Changes the registers of a function after a reset.
  func change(_ space: inout ConfigurationRegisters, _ baseAddresses: [BaseAddressRegister]) {
    switch self {
    case .ecamEnabledAtReset where space.doubleword(0) == 0x29C0_8086:
      let register = PCIExpressWindow.register
      space.set(register, to: space.doubleword(register) | 1)
    case .identityWritable:
      space.set(0x00, to: space.doubleword(0x00), writable: .max)
      space.set(0x08, to: space.doubleword(0x08), writable: .max)
    case .headerTypeWritable: space.set(0x0E, to: space.byte(0x0E), writable: .max)
    case .interruptLineFixed: space.set(0x3C, to: 0 as UInt8, writable: 0)
    case .memorySpaceFixed:
      space.set(0x04, to: space.word(0x04), writable: space.writable(0x04) & ~2)
    case .capabilityListLoops where space.byte(0x34) != 0: space.set(0x51, to: space.byte(0x34))
    case .capabilityHeaderWritable where space.byte(0x34) != 0:
      space.set(0x40, to: space.word(0x40), writable: .max)
    case .extendedListLoops, .extendedListOnes, .extendedTruncated: changeExtended(&space)
    default:
      for register in baseAddresses { change(register, in: &space) }
      if self == .barUnimplementedWritable { addBaseAddresses(baseAddresses, to: &space) }
    }
  }

  private func changeExtended(_ space: inout ConfigurationRegisters) {
    guard space.count > 0x100 else { return }
    if self == .extendedListLoops {
      var last = 0x100
      while case let next = Int(space.doubleword(last) >> 20), next != 0 { last = next }
      space.set(last, to: space.doubleword(last) | 0x100 << 20)
    } else {
      for offset in stride(from: 0x100, to: space.count, by: 4) {
        space.set(
          offset, to: self == .extendedListOnes ? .max : 0 as UInt32, writable: 0, clearable: 0)
      }
    }
  }

  private func change(_ register: BaseAddressRegister, in space: inout ConfigurationRegisters) {
    let low = space.doubleword(register.offset)
    switch (self, register.kind) {
    case (.barTypeWritable, .memory32), (.barTypeWritable, .memory64):
      space.set(register.offset, to: low, writable: .max)
    case (.bar64UpperFixed, .memory64):
      space.set(register.offset + 4, to: 0 as UInt32, writable: 0)
    case (.barIOBit1Set, .ports): space.set(register.offset, to: low | 2)
    case (.romEnableFixed, .expansionROM):
      space.set(register.offset, to: low, writable: ~UInt32(register.size - 1))
    default: break
    }
  }

  /// Lets what is no base address register, of a header of type 0, be written.
  private func addBaseAddresses(
    _ baseAddresses: [BaseAddressRegister], to space: inout ConfigurationRegisters
  ) {
    guard space.byte(0x0E) & 0x7F == 0 else { return }
    for offset in stride(from: 0x10, to: 0x28, by: 4)
    where !baseAddresses.contains(where: {
      $0.offset == offset || $0.kind == .memory64 && $0.offset + 4 == offset
    }) {
      space.set(offset, to: 0 as UInt32, writable: 0xFFFF_F000)
    }
  }
}
