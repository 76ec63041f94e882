import KVM
import TestSupport
import Testing

@Suite("Exits that end a guest", .needsKVM, .hangLimit)
struct EndingExitTests {
  @Test("HLT without an interrupt controller exits")
  func halt() throws {
    var guest = try TinyGuest([0xF4])
    #expect(try guest.processor.run() == .halt)
    #expect(try guest.processor.registers().rip == UInt64(TinyGuest.origin + 1))
  }

  @Test("A triple fault is a shutdown")
  func tripleFault() throws {
    // ud2, in protected mode with an interrupt table that has no entries. In real mode KVM's
    // emulator does not look at the table's limit.
    var guest = try TinyGuest([0x0F, 0x0B])
    var special = try guest.processor.specialRegisters()
    special.cr0 |= 1
    special.cs.limit = 0xFFFF_FFFF
    special.cs.hasPageGranularity = true
    special.cs.isDefault32Bit = true
    special.cs.selector = 8
    special.idt.limit = 0
    try guest.processor.setSpecialRegisters(special)
    #expect(try guest.processor.run() == .shutdown)
  }

  @Test("Code that is not there is an internal error of emulation")
  func unmappedCode() throws {
    // jmp 0xd000:0x0000
    var guest = try TinyGuest([0xEA, 0x00, 0x00, 0x00, 0xD0])
    let exit = try guest.processor.run()
    guard case .internalError(let error) = exit else {
      Issue.record("\(exit)")
      return
    }
    #expect(error.kind == .emulation)
    #expect(try guest.processor.specialRegisters().cs.base == 0xD0000)
    #expect(try guest.processor.registers().rip == 0)
  }

  @Test("An instruction that KVM cannot emulate comes with its bytes")
  func emulationFailure() throws {
    // pxor xmm0, xmm0; hlt
    var guest = try TinyGuest([0x66, 0x0F, 0xEF, 0xC0, 0xF4])
    var special = try guest.processor.specialRegisters()
    special.cr4 |= 1 << 9  // OSFXSR
    try guest.processor.setSpecialRegisters(special)
    switch try guest.processor.run() {
    // Where the processor executes real mode itself, nothing is emulated.
    case .halt: break
    // The pvm kind of KVM emulates all of ring 0, without SSE arithmetic.
    case .internalError(let error):
      #expect(error.kind == .emulation)
      #expect(error.instructionBytes.prefix(4) == [0x66, 0x0F, 0xEF, 0xC0])
      #expect(try guest.processor.registers().rip == UInt64(TinyGuest.origin))
    case let exit: Issue.record("\(exit)")
    }
  }
}
