extension Mutation {
  /// What it breaks, in one sentence of at most 78 characters.
  public var effect: String {
    switch self {
    case .conf1AddressWriteOnly:
      "CONFIG_ADDRESS cannot be read back."
    case .conf1AddressKeepsReservedBits:
      "CONFIG_ADDRESS keeps its reserved bits 30:24."
    case .conf1AddressShowsBytes:
      "Byte and word reads of CONFIG_ADDRESS show its bytes."
    case .conf1AddressTakesBytes:
      "Byte writes change a byte of CONFIG_ADDRESS."
    case .conf1AddressMisplacesWords:
      "Word writes at CFAh change bits 15:0 of CONFIG_ADDRESS."
    case .conf1AddressAdvances:
      "Each access to CONFIG_DATA moves CONFIG_ADDRESS on to the next register."
    case .conf1AddressShared:
      "Accesses through the ECAM window change CONFIG_ADDRESS."
    case .conf1EnableIgnoredByReads:
      "CONFIG_DATA is read also while bit 31 of CONFIG_ADDRESS is clear."
    case .conf1EnableIgnoredByWrites:
      "CONFIG_DATA is written also while bit 31 of CONFIG_ADDRESS is clear."
    case .conf1LowBitsAdded:
      "Bits 1:0 of CONFIG_ADDRESS are added to the register."
    case .conf1ReservedBitsRefused:
      "CONFIG_DATA answers only while bits 30:28 of CONFIG_ADDRESS are clear."
    case .conf1ReachesExtended:
      "Bits 27:24 of CONFIG_ADDRESS are bits 11:8 of the register."
    case .conf1ReadsFromLane0:
      "Reads of CONFIG_DATA begin with byte 0 at each of its ports."
    case .conf1WritesToLane0:
      "Writes of CONFIG_DATA begin with byte 0 at each of its ports."
    case .conf1UnalignedWordsZero:
      "A word read at CFDh gives zero."
    case .conf1NarrowWritesWidened:
      "Byte and word writes of CONFIG_DATA clear the rest of the doubleword."
    case .conf1BusIgnored:
      "Mechanism #1 shows bus 0 on all buses."
    case .conf1DeviceCut:
      "Mechanism #1 ignores bit 4 of the device number."
    case .conf1FunctionIgnored:
      "Mechanism #1 shows function 0 as all functions of a device."
    case .conf1AbsentZero:
      "Mechanism #1 reads zeros from functions that are not there."
    case .ecamPortLayout:
      "The ECAM window is decoded with the layout of CONFIG_ADDRESS."
    case .ecamFunctionIgnored:
      "The ECAM window shows function 0 as all functions of a device."
    case .ecamBusIgnored:
      "The ECAM window shows bus 0 on all buses."
    case .ecamBusCut:
      "The ECAM window ignores bit 7 of the bus number."
    case .ecamAbsentZero:
      "The ECAM window reads zeros from functions that are not there."
    case .ecamExtendedAliased:
      "The extended registers of conventional functions repeat the first 256."
    case .ecamReadsFromLane0:
      "Reads of the ECAM window begin with byte 0 of the register."
    case .ecamWritesToLane0:
      "Writes of the ECAM window begin with byte 0 of the register."
    case .ecamNarrowWritesWidened:
      "Byte and word writes of the ECAM window clear the rest of the doubleword."
    case .ecamWritesDropped:
      "Writes of the ECAM window change nothing."
    case .ecamEnabledAtReset:
      "PCIEXBAR has the ECAM window open after a reset."
    case .ecamDisableIgnored:
      "The ECAM window answers also while PCIEXBAR disables it."
    case .ecamLengthIgnored:
      "The ECAM window has 256 buses whatever PCIEXBAR says."
    case .ecamBaseCut:
      "Bits 27:26 of the base do not count where the ECAM window is short."
    case .ecamMoveIgnored:
      "The ECAM window stays where it was opened first."
    case .ecamStaysBehind:
      "The ECAM window answers also where it was before."
    case .mirrorNeverUpdated:
      "Pages of the read-only window are not brought up to date after writes."
    case .mirrorConventionalOnly:
      "Pages of the read-only window show 256 bytes and ones behind them."
    case .mirrorAbsentZero:
      "The read-only window shows zeros where no function answers."
    case .mirrorKeepsVanished:
      "The read-only window goes on to show functions that have vanished."
    case .mirrorWritable:
      "The read-only window is ordinary memory: writes change it and stay there."
    case .mirrorStaysBehind:
      "The read-only window stays in view where it was before."
    case .unclaimedZero:
      "Reads that nobody claims give zeros."
    case .unclaimedStale:
      "Reads that nobody claims give the bytes of the access before."
    case .identityWritable:
      "Vendor, device, revision and class code can be written."
    case .headerTypeWritable:
      "The header type can be written."
    case .interruptLineFixed:
      "The interrupt line reads as zero and cannot be written."
    case .function0Absent:
      "Devices of several functions have no function 0."
    case .memorySpaceFixed:
      "The memory space bit of the command register cannot be set."
    case .capabilityListLoops:
      "The last capability points back to the first."
    case .capabilityHeaderWritable:
      "Headers of capabilities can be written."
    case .extendedListLoops:
      "The last extended capability points back to the first."
    case .extendedListOnes:
      "Instead of extended capabilities there are ones."
    case .extendedTruncated:
      "There are no extended registers: they read as zeros."
    case .barShowsSize:
      "A base address register that is sized shows the size instead of the mask."
    case .barBytesDropped:
      "Base address registers take 32-bit writes only."
    case .barLostAfterSizing:
      "The write after the one that sizes a base address register is dropped."
    case .barTypeWritable:
      "The type bits of memory base address registers can be written."
    case .barUnimplementedWritable:
      "Base address registers that are not there keep what is written."
    case .bar64UpperFixed:
      "The upper halves of 64-bit base address registers are always zero."
    case .bar64HalvesTied:
      "Writing the lower half of a 64-bit base address register clears the upper."
    case .barIOBit1Set:
      "Bit 1 of I/O base address registers is set."
    case .romEnableFixed:
      "The enable bit of expansion ROM base addresses cannot be set."
    case .bridgeShowsSubordinate:
      "A bridge shows its secondary bus as all buses up to the subordinate."
    case .bridgeKeepsOldNumber:
      "A bridge answers also for the secondary bus number it had before."
    case .bridgeDeviceIgnored:
      "A root port shows device 0 as all devices behind it."
    case .cpuidBitClear:
      "CPUID.1:ECX[31] is clear, though there are hypervisor leaves."
    case .cpuidSignatureZero:
      "The hypervisor's signature is zero."
    case .cpuidSignatureOrder:
      "The hypervisor's signature has ECX and EDX exchanged, as in leaf 0."
    case .cpuidMaximumBasic:
      "Leaf 40000000h tells the greatest basic leaf."
    case .cpuidSubleafMatters:
      "Hypervisor leaves answer only where ECX is zero."
    case .clockBinary:
      "The clock shows its time in binary, though register B says BCD."
    case .clockIndexReadable:
      "The index port of the clock can be read."
    case .clockWordsCut:
      "A word written to the index port of the clock is an index alone."
    case .clockMemoryHalved:
      "The clock has 64 bytes, which repeat."
    case .clockSetIgnored:
      "The clock goes on while register B stops it."
    case .clockFlagsKept:
      "Reading register C of the clock clears no flags."
    case .ringLate:
      "Writes in the ring reach devices after the port access that they precede."
    case .ringReversed:
      "Writes in the ring reach devices the last one first."
    case .ringFirstLost:
      "The first of the writes in the ring is lost."
    case .doorbellMisplaced:
      "Doorbells are a byte behind their registers."
    case .doorbellWide:
      "Doorbells of a width ring by wider writes only."
    case .interruptMisrouted:
      "COM1 interrupts by IRQ 3 instead of 4."
    case .interruptOnce:
      "A line that has risen does not rise again."
    }
  }

  /// A monitor that has shipped with it, and where that can be read; `nil` where none is known.
  public var shipped: (monitor: String, reference: String)? {
    switch self {
    case .conf1AddressKeepsReservedBits:
      ("QEMU", "https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/hw/pci/pci_host.c")
    case .conf1AddressShowsBytes:
      (
        "Cloud Hypervisor",
        "https://github.com/cloud-hypervisor/cloud-hypervisor/blob/v48.0/pci/src/bus.rs"
      )
    case .conf1AddressTakesBytes:
      (
        "Cloud Hypervisor",
        "https://github.com/cloud-hypervisor/cloud-hypervisor/blob/v48.0/pci/src/bus.rs"
      )
    case .conf1AddressMisplacesWords:
      ("Cloud Hypervisor", "https://github.com/cloud-hypervisor/cloud-hypervisor/pull/8818")
    case .conf1LowBitsAdded:
      ("ACRN", "https://github.com/projectacrn/acrn-hypervisor/pull/3250")
    case .conf1UnalignedWordsZero:
      ("QEMU without KVM", "https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/softmmu/memory.c")
    case .ecamPortLayout:
      ("Cloud Hypervisor", "https://github.com/cloud-hypervisor/cloud-hypervisor/pull/799")
    case .ecamFunctionIgnored:
      (
        "Cloud Hypervisor",
        "https://github.com/cloud-hypervisor/cloud-hypervisor/blob/v48.0/pci/src/bus.rs"
      )
    case .ecamBaseCut:
      ("QEMU", "https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/include/hw/pci-host/q35.h")
    case .unclaimedZero:
      ("Cloud Hypervisor", "https://github.com/cloud-hypervisor/cloud-hypervisor/pull/8817")
    case .unclaimedStale:
      ("Cloud Hypervisor", "https://github.com/cloud-hypervisor/cloud-hypervisor/pull/8237")
    case .interruptLineFixed:
      ("ACRN", "https://github.com/projectacrn/acrn-hypervisor/issues/6330")
    case .extendedListOnes:
      ("OpenVMM", "https://github.com/microsoft/openvmm/pull/3719")
    case .barShowsSize:
      ("Cloud Hypervisor", "https://github.com/cloud-hypervisor/cloud-hypervisor/pull/1035")
    case .bridgeDeviceIgnored:
      ("OpenVMM", "https://github.com/microsoft/openvmm/pull/3967")
    case .cpuidMaximumBasic:
      ("Intel iKGT", "https://github.com/intel/ikgt-core/pull/3")
    case .clockBinary:
      ("libvmm", "https://github.com/au-ts/libvmm/issues/322")
    case .ringLate:
      ("kvmtool", "https://github.com/kvmtool/kvmtool/blob/4346fd8/kvm-cpu.c")
    default: nil
    }
  }
}
