import KVM
import TestSupport
import Testing

@Suite("Exits that somebody asked for", .needsKVM, .hangLimit)
struct RequestedExitTests {
  @Test("A single step ends behind each instruction, until it is switched off")
  func singleStep() throws {
    // nop; nop; nop; hlt
    var guest = try TinyGuest([0x90, 0x90, 0x90, 0xF4])
    try guest.processor.setSingleStep(true)
    for instruction in 1...2 {
      guard case .debug(let event) = try guest.processor.run() else {
        Issue.record("no debug exit")
        return
      }
      #expect(event.exception == 1)
      #expect(event.address == UInt64(TinyGuest.origin + instruction))
      // BS, a single step
      #expect(event.dr6 & 1 << 14 != 0)
    }
    try guest.processor.setSingleStep(false)
    #expect(try guest.processor.run() == .halt)
  }

  @Test("An interrupt window opens once the guest enables interrupts, and only if it is asked for")
  func interruptWindow() throws {
    // mov cx, 20000; cli; out 0x80, al; sti; loop $; hlt
    let code: [UInt8] = [0xB9, 0x20, 0x4E, 0xFA, 0xE6, 0x80, 0xFB, 0xE2, 0xFE, 0xF4]
    var guest = try TinyGuest(code)
    guest.processor.requestsInterruptWindow = true
    #expect(try guest.processor.run() == .portWrite(PortAccess(port: 0x80, size: 1)))
    #expect(try guest.processor.run() == .interruptWindowOpen)
    #expect(try guest.processor.registers().rflags & 1 << 9 != 0)
    guest.processor.requestsInterruptWindow = false
    #expect(try guest.processor.run() == .halt)
  }

  @Test(
    "On demand, what KVM cannot emulate in ring 3 is an exit, too, with the instruction's bytes")
  func emulationFailure() throws {
    // pxor xmm0, [0xd0000], an access to a device, which no processor executes itself
    let code: [UInt8] = [0x66, 0x0F, 0xEF, 0x04, 0x25, 0x00, 0x00, 0x0D, 0x00]
    var guest = try TinyGuest(code)
    #expect(try System().check(.exitOnEmulationFailure) == 1)
    // The pvm kind of KVM exits without this as well.
    try guest.machine.exitOnEmulationFailure()
    try guest.enterRing3()
    let exit = try guest.processor.run()
    guard case .internalError(let error) = exit else {
      Issue.record("\(exit)")
      return
    }
    #expect(error.kind == .emulation)
    #expect(Array(error.instructionBytes.prefix(code.count)) == code)
  }
}

extension TinyGuest {
  /// Switches to 64-bit code in ring 3, without an interrupt table; the lowest 2 MiB are mapped.
  fileprivate func enterRing3() throws {
    // Present, writable and for ring 3; the last level is a page of 2 MiB.
    memory.store(0x4007 as UInt64, at: 0x3000)
    memory.store(0x5007 as UInt64, at: 0x4000)
    memory.store(0x0087 as UInt64, at: 0x5000)
    var special = try processor.specialRegisters()
    special.cr3 = 0x3000
    special.cr4 |= 1 << 5 | 1 << 9  // PAE, OSFXSR
    special.efer |= 1 << 8 | 1 << 10  // LME, LMA
    special.cr0 |= 1 << 31 | 1  // PG, PE
    special.idt.limit = 0
    special.cs.flatten(selector: 0x1B, type: 0xB)
    special.cs.isLong = true
    special.cs.isDefault32Bit = false
    special.ss.flatten(selector: 0x23, type: 0x3)
    special.ds.flatten(selector: 0x23, type: 0x3)
    try processor.setSpecialRegisters(special)
  }
}

extension Segment {
  /// Makes it all memory for 32-bit code in ring 3.
  fileprivate mutating func flatten(selector: UInt16, type: UInt8) {
    self.selector = selector
    self.type = type
    base = 0
    limit = 0xFFFF_FFFF
    hasPageGranularity = true
    isDefault32Bit = true
    privilegeLevel = 3
  }
}
