import Glibc
import KVM
import TestSupport
import Testing

@Suite("Several processors", .needsKVM, .hangLimit)
struct MultiprocessorTests {
  /// Where started processors begin: SIPI's vector is its page.
  static let startPage = 8

  @Test("INIT and SIPI start the second processor, which has waited in its run")
  func start() throws {
    // mov dword [fs:0x310], 0x01000000; mov dword [fs:0x300], 0x4500 (INIT);
    // mov dword [fs:0x300], 0x4608 (SIPI); out 0x80, al
    var guest = try InterruptGuest(
      InterruptGuest.startLocalAPIC + [
        0x64, 0x66, 0xC7, 0x06, 0x10, 0x03, 0x00, 0x00, 0x00, 0x01, 0x64, 0x66, 0xC7, 0x06, 0x00,
        0x03, 0x00, 0x45, 0x00, 0x00, 0x64, 0x66, 0xC7, 0x06, 0x00, 0x03, 0x08, 0x46, 0x00, 0x00,
        0xE6, 0x80,
      ])
    // xor ax, ax; mov ds, ax; mov word [0x2000], 0xcafe; out 0x81, al
    guest.memory.write(
      [0x31, 0xC0, 0x8E, 0xD8, 0xC7, 0x06, 0x00, 0x20, 0xFE, 0xCA, 0xE6, 0x81],
      at: Self.startPage * 4096)
    let second = try guest.machine.createVirtualCPU(id: 1)
    #expect(try guest.processor.multiprocessingState() == .runnable)
    #expect(try second.multiprocessingState() == .uninitialized)
    let kick = second.kick
    let thread = try RunningThread(second)
    defer { kick() }
    #expect(try guest.processor.run() == InterruptGuest.tickExit)
    let started = thread.join()
    #expect(thread.exit == .portWrite(PortAccess(port: 0x81, size: 1)))
    #expect(guest.memory.load(UInt16.self, at: 0x2000) == 0xCAFE)
    #expect(try started.multiprocessingState() == .runnable)
    #expect(try started.specialRegisters().cs.selector == UInt16(Self.startPage) << 8)
  }

  @Test("A processor that is made runnable needs nobody to start it")
  func runnable() throws {
    let guest = try InterruptGuest()
    var second = try guest.machine.createVirtualCPU(id: 1)
    try second.setMultiprocessingState(.runnable)
    try #require(try second.multiprocessingState() == .runnable)
    try second.enter(at: 0x2000)
    guest.memory.write([0xE6, 0x81], at: 0x2000)  // out 0x81, al
    #expect(try second.run() == .portWrite(PortAccess(port: 0x81, size: 1)))
  }

  @Test("A message goes to the processor it names")
  func messages() throws {
    var guest = try InterruptGuest()
    try guest.run()
    var second = try guest.machine.createVirtualCPU(id: 1)
    try second.setMultiprocessingState(.runnable)
    // The same program and the same handlers, without the PICs.
    try second.enter(
      at: TinyGuest.origin + InterruptGuest.startPICs.count, stack: TinyGuest.origin - 0x400)
    for _ in 0..<8 { #expect(try second.run() == InterruptGuest.tickExit) }
    #expect(try guest.machine.signal(MSIMessage(vector: 0x52, processor: 1)))
    try guest.run()
    #expect(guest.counts == [:])
    for _ in 0..<8 { #expect(try second.run() == InterruptGuest.tickExit) }
    #expect(guest.counts == [0x52: 1])
  }

  @Test("A kick ends the processor it belongs to, whether it waits, halts or spins")
  func kicks() throws {
    // sti; halt: hlt; jmp halt
    let guest = try InterruptGuest([0xFB, 0xF4, 0xEB, 0xFD])
    let waiting = try guest.machine.createVirtualCPU(id: 1)
    let memory = guest.memory
    let spinning = try guest.machine.createVirtualCPU(id: 2)
    try spinning.setMultiprocessingState(.runnable)
    try spinning.enter(at: 0x2000)
    // again: inc word [0x3000]; jmp again
    memory.write([0xFF, 0x06, 0x00, 0x30, 0xEB, 0xFA], at: 0x2000)

    let halting = guest.intoProcessor()
    let kicks = [halting.kick, waiting.kick, spinning.kick]
    let threads = [
      try RunningThread(halting), try RunningThread(waiting), try RunningThread(spinning),
    ]
    defer { for kick in kicks { kick() } }
    #expect(eventually { memory.load(UInt16.self, at: 0x3000) != 0 })
    for (kick, thread) in zip(kicks, threads) {
      let before = memory.load(UInt16.self, at: 0x3000)
      // The one that spins goes on as long as it is not its turn.
      #expect(eventually { memory.load(UInt16.self, at: 0x3000) != before })
      kick()
      _ = thread.join()
      #expect(thread.exit == .interrupted)
    }
  }

  @Test("The state of a processor cannot be to wait where nobody can end that")
  func noLocalAPIC() throws {
    let guest = try TinyGuest([0xF4])
    #expect(
      throws: KVMError(call: "KVM_SET_MP_STATE", argument: "uninitialized", errno: EINVAL)
    ) { try guest.processor.setMultiprocessingState(.uninitialized) }
  }
}

extension VirtualCPU {
  /// Lets the processor begin in real mode, with FS for the local APIC.
  fileprivate func enter(at address: Int, stack: Int = TinyGuest.origin) throws {
    var special = try specialRegisters()
    special.cs.base = 0
    special.cs.selector = 0
    special.fs.base = 0xFEE0_0000
    try setSpecialRegisters(special)
    var registers = Registers()
    registers.rip = UInt64(address)
    registers.rsp = UInt64(stack)
    try setRegisters(registers)
  }
}
