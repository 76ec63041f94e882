import KVM
import TestSupport
import Testing

@Suite("Memory slots and exits for memory", .needsKVM, .hangLimit)
struct MemoryExitTests {
  /// Loads DS so that offset 0 is physical address 0xD0000.
  private let dataSegment: [UInt8] = [0xB8, 0x00, 0xD0, 0x8E, 0xD8]

  @Test("A write to memory without a slot tells address, size and value")
  func write() throws {
    // mov eax, 0x11223344; mov [0x10], al; mov [0x11], ax; mov [0x13], eax; hlt
    var guest = try TinyGuest(
      dataSegment + [
        0x66, 0xB8, 0x44, 0x33, 0x22, 0x11, 0xA2, 0x10, 0x00, 0xA3, 0x11, 0x00, 0x66, 0xA3, 0x13,
        0x00, 0xF4,
      ])
    #expect(
      try guest.processor.run() == .memoryWrite(.init(address: 0xD0010, size: 1), value: 0x44))
    #expect(
      try guest.processor.run() == .memoryWrite(.init(address: 0xD0011, size: 2), value: 0x3344))
    #expect(
      try guest.processor.run()
        == .memoryWrite(.init(address: 0xD0013, size: 4), value: 0x1122_3344))
    #expect(try guest.processor.run() == .halt)
  }

  @Test("A read of memory without a slot is completed with the value that was set")
  func read() throws {
    // mov eax, [0x10]; mov ebx, eax; mov eax, [0x20]; hlt
    var guest = try TinyGuest(
      dataSegment + [0x66, 0xA1, 0x10, 0x00, 0x66, 0x89, 0xC3, 0x66, 0xA1, 0x20, 0x00, 0xF4])
    #expect(try guest.processor.run() == .memoryRead(.init(address: 0xD0010, size: 4)))
    guest.processor.setMemoryValue(0x8765_4321)
    #expect(try guest.processor.run() == .memoryRead(.init(address: 0xD0020, size: 4)))
    // Not answered: all ones.
    #expect(try guest.processor.run() == .halt)
    let registers = try guest.processor.registers()
    #expect(registers.rbx == 0x8765_4321)
    #expect(registers.rax == 0xFFFF_FFFF)
  }

  @Test("A read-only slot is read in place, a write to it exits and changes nothing")
  func readOnlySlot() throws {
    // mov ax, [0x10]; mov bx, ax; mov word [0x10], 0x5aa5; mov ax, [0x10]; hlt
    var guest = try TinyGuest(
      dataSegment + [
        0xA1, 0x10, 0x00, 0x89, 0xC3, 0xC7, 0x06, 0x10, 0x00, 0xA5, 0x5A, 0xA1, 0x10, 0x00, 0xF4,
      ])
    let rom = try GuestMemory(count: 4096)
    rom.store(UInt16(0x1234), at: 0x10)
    try guest.machine.setSlot(1, to: MemorySlot(address: 0xD0000, memory: rom, access: .readOnly))
    #expect(
      try guest.processor.run() == .memoryWrite(.init(address: 0xD0010, size: 2), value: 0x5AA5))
    #expect(try guest.processor.run() == .halt)
    let registers = try guest.processor.registers()
    #expect(registers.rbx & 0xFFFF == 0x1234)
    #expect(registers.rax & 0xFFFF == 0x1234)
    #expect(rom.load(UInt16.self, at: 0x10) == 0x1234)
  }

  @Test("Two slots may show parts of the same memory")
  func alias() throws {
    // mov ax, [0x10]; mov bx, [0x1010]; hlt
    var guest = try TinyGuest(dataSegment + [0xA1, 0x10, 0x00, 0x8B, 0x1E, 0x10, 0x10, 0xF4])
    let shared = try GuestMemory(count: 8192)
    shared.store(UInt16(0x1111), at: 0x10)
    shared.store(UInt16(0x2222), at: 0x1010)
    try guest.machine.setSlot(1, to: .init(address: 0xD0000, memory: shared, range: 4096..<8192))
    try guest.machine.setSlot(2, to: .init(address: 0xD1000, memory: shared, range: 0..<4096))
    #expect(try guest.processor.run() == .halt)
    let registers = try guest.processor.registers()
    #expect(registers.rax & 0xFFFF == 0x2222)
    #expect(registers.rbx & 0xFFFF == 0x1111)
  }

  @Test("Where a slot was removed, accesses exit")
  func removedSlot() throws {
    var guest = try TinyGuest(dataSegment + [0xA1, 0x10, 0x00, 0xF4])
    let memory = try GuestMemory(count: 4096)
    try guest.machine.setSlot(1, to: MemorySlot(address: 0xD0000, memory: memory))
    try guest.machine.removeSlot(1)
    #expect(try guest.processor.run() == .memoryRead(.init(address: 0xD0010, size: 2)))
  }

  @Test("A slot over another one is refused with the call, the slot and the error number")
  func overlap() throws {
    let guest = try TinyGuest([0xF4])
    let memory = try GuestMemory(count: 4096)
    #expect(
      throws: KVMError(
        call: "KVM_SET_USER_MEMORY_REGION", argument: "slot 1, 4096 bytes at 0x1000", errno: 17)
    ) {
      try guest.machine.setSlot(1, to: MemorySlot(address: 0x1000, memory: memory))
    }
  }

  @Test("A processor keeps its memory when the machine's owner has let go of it")
  func ownership() throws {
    func make() throws -> VirtualCPU {
      let guest = try TinyGuest([0xA1, 0x00, 0x20, 0xF4])  // mov ax, [0x2000]; hlt
      guest.memory.store(UInt16(0x7777), at: 0x2000)
      return guest.intoProcessor()
    }
    var processor = try make()
    #expect(try processor.run() == .halt)
    #expect(try processor.registers().rax & 0xFFFF == 0x7777)
  }
}

extension TinyGuest {
  consuming func intoProcessor() -> VirtualCPU { processor }
}
