/// A way of this machine to be wrong on purpose: one behaviour each, so that checks can be shown to
/// fail.
///
/// The names are those of `vmm run --mutate`.
public enum Mutation: String, CaseIterable, Sendable {
  // MARK: CONFIG_ADDRESS of configuration mechanism #1

  /// CONFIG_ADDRESS cannot be read back.
  case conf1AddressWriteOnly = "conf1-address-write-only"
  /// CONFIG_ADDRESS keeps its reserved bits 30:24.
  case conf1AddressKeepsReservedBits = "conf1-address-keeps-reserved-bits"
  /// Byte and word reads of CONFIG_ADDRESS show its bytes.
  case conf1AddressShowsBytes = "conf1-address-shows-bytes"
  /// Byte writes change a byte of CONFIG_ADDRESS.
  case conf1AddressTakesBytes = "conf1-address-takes-bytes"
  /// Word writes at CFAh change bits 15:0 of CONFIG_ADDRESS.
  case conf1AddressMisplacesWords = "conf1-address-misplaces-words"
  /// Each access to CONFIG_DATA moves CONFIG_ADDRESS on to the next register.
  case conf1AddressAdvances = "conf1-address-advances"
  /// Accesses through the ECAM window change CONFIG_ADDRESS.
  case conf1AddressShared = "conf1-address-shared"

  // MARK: CONFIG_DATA of configuration mechanism #1

  /// CONFIG_DATA is read also while bit 31 of CONFIG_ADDRESS is clear.
  case conf1EnableIgnoredByReads = "conf1-enable-ignored-by-reads"
  /// CONFIG_DATA is written also while bit 31 of CONFIG_ADDRESS is clear.
  case conf1EnableIgnoredByWrites = "conf1-enable-ignored-by-writes"
  /// Bits 1:0 of CONFIG_ADDRESS are added to the register.
  case conf1LowBitsAdded = "conf1-low-bits-added"
  /// CONFIG_DATA answers only while bits 30:28 of CONFIG_ADDRESS are clear.
  case conf1ReservedBitsRefused = "conf1-reserved-bits-refused"
  /// Bits 27:24 of CONFIG_ADDRESS are bits 11:8 of the register.
  case conf1ReachesExtended = "conf1-reaches-extended"
  /// Reads of CONFIG_DATA begin with byte 0 at each of its ports.
  case conf1ReadsFromLane0 = "conf1-reads-from-lane-0"
  /// Writes of CONFIG_DATA begin with byte 0 at each of its ports.
  case conf1WritesToLane0 = "conf1-writes-to-lane-0"
  /// A word read at CFDh gives zero.
  case conf1UnalignedWordsZero = "conf1-unaligned-words-zero"
  /// Byte and word writes of CONFIG_DATA clear the rest of the doubleword.
  case conf1NarrowWritesWidened = "conf1-narrow-writes-widened"
  /// Mechanism #1 shows bus 0 on all buses.
  case conf1BusIgnored = "conf1-bus-ignored"
  /// Mechanism #1 ignores bit 4 of the device number.
  case conf1DeviceCut = "conf1-device-cut"
  /// Mechanism #1 shows function 0 as all functions of a device.
  case conf1FunctionIgnored = "conf1-function-ignored"
  /// Mechanism #1 reads zeros from functions that are not there.
  case conf1AbsentZero = "conf1-absent-zero"

  // MARK: The ECAM window whose accesses leave the guest

  /// The ECAM window is decoded with the layout of CONFIG_ADDRESS.
  case ecamPortLayout = "ecam-port-layout"
  /// The ECAM window shows function 0 as all functions of a device.
  case ecamFunctionIgnored = "ecam-function-ignored"
  /// The ECAM window shows bus 0 on all buses.
  case ecamBusIgnored = "ecam-bus-ignored"
  /// The ECAM window ignores bit 7 of the bus number.
  case ecamBusCut = "ecam-bus-cut"
  /// The ECAM window reads zeros from functions that are not there.
  case ecamAbsentZero = "ecam-absent-zero"
  /// The extended registers of conventional functions repeat the first 256.
  case ecamExtendedAliased = "ecam-extended-aliased"
  /// Reads of the ECAM window begin with byte 0 of the register.
  case ecamReadsFromLane0 = "ecam-reads-from-lane-0"
  /// Writes of the ECAM window begin with byte 0 of the register.
  case ecamWritesToLane0 = "ecam-writes-to-lane-0"
  /// Byte and word writes of the ECAM window clear the rest of the doubleword.
  case ecamNarrowWritesWidened = "ecam-narrow-writes-widened"
  /// Writes of the ECAM window change nothing.
  case ecamWritesDropped = "ecam-writes-dropped"
  /// PCIEXBAR has the ECAM window open after a reset.
  case ecamEnabledAtReset = "ecam-enabled-at-reset"
  /// The ECAM window answers also while PCIEXBAR disables it.
  case ecamDisableIgnored = "ecam-disable-ignored"
  /// The ECAM window has 256 buses whatever PCIEXBAR says.
  case ecamLengthIgnored = "ecam-length-ignored"
  /// Bits 27:26 of the base do not count where the ECAM window is short.
  case ecamBaseCut = "ecam-base-cut"
  /// The ECAM window stays where it was opened first.
  case ecamMoveIgnored = "ecam-move-ignored"
  /// The ECAM window answers also where it was before.
  case ecamStaysBehind = "ecam-stays-behind"

  // MARK: The ECAM window that guests read without leaving

  /// Pages of the read-only window are not brought up to date after writes.
  case mirrorNeverUpdated = "mirror-never-updated"
  /// Pages of the read-only window show 256 bytes and ones behind them.
  case mirrorConventionalOnly = "mirror-conventional-only"
  /// The read-only window shows zeros where no function answers.
  case mirrorAbsentZero = "mirror-absent-zero"
  /// The read-only window goes on to show functions that have vanished.
  case mirrorKeepsVanished = "mirror-keeps-vanished"
  /// The read-only window is ordinary memory: writes change it and stay there.
  case mirrorWritable = "mirror-writable"
  /// The read-only window stays in view where it was before.
  case mirrorStaysBehind = "mirror-stays-behind"

  // MARK: Functions and their registers

  /// Reads that nobody claims give zeros.
  case unclaimedZero = "unclaimed-zero"
  /// Reads that nobody claims give the bytes of the access before.
  case unclaimedStale = "unclaimed-stale"
  /// Vendor, device, revision and class code can be written.
  case identityWritable = "identity-writable"
  /// The header type can be written.
  case headerTypeWritable = "header-type-writable"
  /// The interrupt line reads as zero and cannot be written.
  case interruptLineFixed = "interrupt-line-fixed"
  /// Devices of several functions have no function 0.
  case function0Absent = "function-0-absent"
  /// The memory space bit of the command register cannot be set.
  case memorySpaceFixed = "memory-space-fixed"
  /// The last capability points back to the first.
  case capabilityListLoops = "capability-list-loops"
  /// Headers of capabilities can be written.
  case capabilityHeaderWritable = "capability-header-writable"
  /// The last extended capability points back to the first.
  case extendedListLoops = "extended-list-loops"
  /// Instead of extended capabilities there are ones.
  case extendedListOnes = "extended-list-ones"
  /// There are no extended registers: they read as zeros.
  case extendedTruncated = "extended-truncated"

  // MARK: Base address registers

  /// A base address register that is sized shows the size instead of the mask.
  case barShowsSize = "bar-shows-size"
  /// Base address registers take 32-bit writes only.
  case barBytesDropped = "bar-bytes-dropped"
  /// The write after the one that sizes a base address register is dropped.
  case barLostAfterSizing = "bar-lost-after-sizing"
  /// The type bits of memory base address registers can be written.
  case barTypeWritable = "bar-type-writable"
  /// Base address registers that are not there keep what is written.
  case barUnimplementedWritable = "bar-unimplemented-writable"
  /// The upper halves of 64-bit base address registers are always zero.
  case bar64UpperFixed = "bar64-upper-fixed"
  /// Writing the lower half of a 64-bit base address register clears the upper.
  case bar64HalvesTied = "bar64-halves-tied"
  /// Bit 1 of I/O base address registers is set.
  case barIOBit1Set = "bar-io-bit-1-set"
  /// The enable bit of expansion ROM base addresses cannot be set.
  case romEnableFixed = "rom-enable-fixed"

  // MARK: Bridges

  /// A bridge shows its secondary bus as all buses up to the subordinate.
  case bridgeShowsSubordinate = "bridge-shows-subordinate"
  /// A bridge answers also for the secondary bus number it had before.
  case bridgeKeepsOldNumber = "bridge-keeps-old-number"
  /// A root port shows device 0 as all devices behind it.
  case bridgeDeviceIgnored = "bridge-device-ignored"

  // MARK: CPUID

  /// CPUID.1:ECX[31] is clear, though there are hypervisor leaves.
  case cpuidBitClear = "cpuid-bit-clear"
  /// The hypervisor's signature is zero.
  case cpuidSignatureZero = "cpuid-signature-zero"
  /// The hypervisor's signature has ECX and EDX exchanged, as in leaf 0.
  case cpuidSignatureOrder = "cpuid-signature-order"
  /// Leaf 40000000h tells the greatest basic leaf.
  case cpuidMaximumBasic = "cpuid-maximum-basic"
  /// Hypervisor leaves answer only where ECX is zero.
  case cpuidSubleafMatters = "cpuid-subleaf-matters"

  // MARK: The clock

  /// The clock shows its time in binary, though register B says BCD.
  case clockBinary = "clock-binary"
  /// The index port of the clock can be read.
  case clockIndexReadable = "clock-index-readable"
  /// A word written to the index port of the clock is an index alone.
  case clockWordsCut = "clock-words-cut"
  /// The clock has 64 bytes, which repeat.
  case clockMemoryHalved = "clock-memory-halved"
  /// The clock goes on while register B stops it.
  case clockSetIgnored = "clock-set-ignored"
  /// Reading register C of the clock clears no flags.
  case clockFlagsKept = "clock-flags-kept"

  // MARK: Writes that wait in the ring

  /// Writes in the ring reach devices after the port access that they precede.
  case ringLate = "ring-late"
  /// Writes in the ring reach devices the last one first.
  case ringReversed = "ring-reversed"
  /// The first of the writes in the ring is lost.
  case ringFirstLost = "ring-first-lost"

  // MARK: Doorbells and interrupts

  /// Doorbells are a byte behind their registers.
  case doorbellMisplaced = "doorbell-misplaced"
  /// Doorbells of a width ring by wider writes only.
  case doorbellWide = "doorbell-wide"
  /// COM1 interrupts by IRQ 3 instead of 4.
  case interruptMisrouted = "interrupt-misrouted"
  /// A line that has risen does not rise again.
  case interruptOnce = "interrupt-once"
}
