import CLinux
import Glibc
import TestSupport
import Testing

@testable import KVM

@Suite("Read-only memory slots", .needsKVM, .hangLimit)
struct ReadOnlySlotTests {
  /// A guest with DS and ES at 0xD0000, where a read-only page is.
  private func guest(_ code: [UInt8], _ rom: GuestMemory) throws -> TinyGuest {
    let guest = try TinyGuest(Code.dataSegment + code + Code.halt)
    try guest.machine.setSlot(1, to: MemorySlot(address: 0xD0000, memory: rom, access: .readOnly))
    return guest
  }

  @Test("A read costs no exit and sees what the host wrote last")
  func read() throws {
    let rom = try page(with: 0x1111 as UInt16)
    let look = Code.load(size: 2, at: 0x10) + Code.output(size: 2, to: 0x80)
    var guest = try guest(look + look, rom)
    #expect(try guest.step() == [.portWrite(0x80, size: 2, [0x1111])])
    rom.store(0x2222 as UInt16, at: 0x10)
    #expect(try guest.step() == [.portWrite(0x80, size: 2, [0x2222])])
    #expect(try guest.step() == [.end(.halt)])
  }

  @Test("A write exits with address, size and value and leaves the memory alone")
  func write() throws {
    let rom = try page(with: 0x1234_5678 as UInt32)
    var guest = try guest(
      Code.store(0xDEAD_BEEF, size: 4, at: 0x10) + Code.store(0x5A, size: 1, at: 0xFFF), rom)
    #expect(
      try guest.trace() == [
        .memoryWrite(0xD0010, size: 4, 0xDEAD_BEEF), .memoryWrite(0xD0FFF, size: 1, 0x5A),
        .end(.halt),
      ])
    #expect(rom.load(UInt32.self, at: 0x10) == 0x1234_5678)
    #expect(rom.load(UInt8.self, at: 0xFFF) == 0)
  }

  @Test("An instruction that reads and writes exits once, with the value it computed")
  func readModifyWrite() throws {
    // inc byte [0x10]
    let rom = try page(with: 0x10 as UInt8)
    var increment = try guest([0xFE, 0x06, 0x10, 0x00], rom)
    #expect(try increment.trace() == [.memoryWrite(0xD0010, size: 1, 0x11), .end(.halt)])
    // mov ax, 0x7777; xchg [0x10], ax
    var exchange = try guest([0xB8, 0x77, 0x77, 0x87, 0x06, 0x10, 0x00], rom)
    #expect(try exchange.trace() == [.memoryWrite(0xD0010, size: 2, 0x7777), .end(.halt)])
    #expect(try exchange.ax == 0x0010)
    #expect(rom.load(UInt16.self, at: 0x10) == 0x0010)
  }

  @Test("A string store exits once for each element, in order")
  func stringStore() throws {
    // mov di, 0x10; mov cx, 8; mov al, 0x5a; cld; rep stosb
    var guest = try guest(
      [0xBF, 0x10, 0x00, 0xB9, 0x08, 0x00, 0xB0, 0x5A, 0xFC, 0xF3, 0xAA], page(with: 0 as UInt8))
    #expect(
      try guest.trace()
        == (0..<8).map { .memoryWrite(0xD0010 + $0, size: 1, 0x5A) } + [.end(.halt)])
  }

  @Test("A push onto a read-only stack exits as a write")
  func push() throws {
    // mov ss, ax; mov sp, 0x20; mov ax, 0x1234; push ax
    var guest = try guest(
      [0x8E, 0xD0, 0xBC, 0x20, 0x00, 0xB8, 0x34, 0x12, 0x50], page(with: 0 as UInt8))
    #expect(try guest.trace() == [.memoryWrite(0xD001E, size: 2, 0x1234), .end(.halt)])
    #expect(try guest.processor.registers().rsp & 0xFFFF == 0x1E)
  }

  @Test("A read behind the slot's last byte exits")
  func behind() throws {
    var guest = try guest(
      Code.load(size: 1, at: 0xFFF) + Code.load(size: 1, at: 0x1000), page(with: 0 as UInt8))
    #expect(try guest.trace() == [.memoryRead(0xD1000, size: 1), .end(.halt)])
  }

  @Test("An access that ends behind the slot exits in parts, and a read is put together")
  func crossingIntoNothing() throws {
    let rom = try page(with: 0xAFFE as UInt16, at: 0xFFE)
    var write = try guest(Code.store(0x1122_3344, size: 4, at: 0xFFE), rom)
    #expect(
      try write.trace() == [
        .memoryWrite(0xD0FFE, size: 2, 0x3344), .memoryWrite(0xD1000, size: 2, 0x1122),
        .end(.halt),
      ])
    var read = try guest(Code.load(size: 4, at: 0xFFE), rom)
    #expect(
      try read.trace(answering: 0x5A5A) == [.memoryRead(0xD1000, size: 2), .end(.halt)])
    #expect(try read.eax == 0x5A5A_AFFE)
  }

  @Test("A write that ends in writable memory exits for the read-only part and stores the rest")
  func crossingIntoMemory() throws {
    let rom = try page(with: 0xAFFE as UInt16, at: 0xFFE)
    let memory = try page(with: 0 as UInt8)
    var guest = try guest(Code.store(0x1122_3344, size: 4, at: 0xFFE), rom)
    try guest.machine.setSlot(2, to: MemorySlot(address: 0xD1000, memory: memory))
    #expect(try guest.trace() == [.memoryWrite(0xD0FFE, size: 2, 0x3344), .end(.halt)])
    #expect(memory.bytes(in: 0..<4) == [0x22, 0x11, 0, 0])
    #expect(rom.load(UInt16.self, at: 0xFFE) == 0xAFFE)
  }

  @Test("Code runs from a read-only slot")
  func execute() throws {
    let rom = try GuestMemory(count: 4096)
    rom.write(Code.output(0x42, size: 1, to: 0x80) + Code.halt, at: 0)
    // jmp 0xd000:0x0000
    var guest = try guest([0xEA, 0x00, 0x00, 0x00, 0xD0], rom)
    #expect(try guest.trace() == [.portWrite(0x80, size: 1, [0x42]), .end(.halt)])
  }

  @Test("A slot that exists becomes neither read-only nor writable; one made anew does")
  func flip() throws {
    let memory = try page(with: 0 as UInt8)
    var guest = try guest(Code.store(0x5A, size: 1, at: 0x10), memory)
    let refused = KVMError(
      call: "KVM_SET_USER_MEMORY_REGION", argument: "slot 1, 4096 bytes at 0xd0000", errno: EINVAL)
    let writable = MemorySlot(address: 0xD0000, memory: memory)
    var readOnly = writable
    readOnly.access = .readOnly
    #expect(throws: refused) { try guest.machine.setSlot(1, to: writable) }
    try guest.machine.removeSlot(1)
    try guest.machine.setSlot(1, to: writable)
    #expect(throws: refused) { try guest.machine.setSlot(1, to: readOnly) }
    #expect(try guest.trace() == [.end(.halt)])
    #expect(memory.load(UInt8.self, at: 0x10) == 0x5A)
  }

  @Test("Read-only pages of this process are read; a write to a writable slot of them fails")
  func protectedPages() throws {
    // Memory of ones is mapped without the right to write.
    let ones = try GuestMemory(ones: 2 << 20)
    let first = MemorySlot(address: 0xD0000, memory: ones, range: 0..<4096, access: .readOnly)
    var guest = try TinyGuest(
      Code.dataSegment + Code.load(size: 4, at: 0x10) + Code.halt
        + Code.store(0x1234, size: 2, at: 0x10) + Code.halt)
    try guest.machine.setSlot(1, to: first)
    #expect(try guest.trace() == [.end(.halt)])
    #expect(try guest.eax == 0xFFFF_FFFF)
    try guest.machine.removeSlot(1)
    var writable = first
    writable.access = .readWrite
    try guest.machine.setSlot(1, to: writable)
    let outcome = Result { try guest.processor.run() }
    #expect(
      outcome.isRefusal(of: .memoryWrite(.init(address: 0xD0010, size: 2), value: 0x1234)),
      "\(outcome)")
    #expect(ones.load(UInt32.self, at: 0x10) == 0xFFFF_FFFF)
  }

  @Test("A read of a slot without memory of this process behind it fails")
  func inaccessiblePages() throws {
    let memory = try page(with: 0x1234 as UInt16)
    let address = UnsafeMutableRawPointer(bitPattern: UInt(memory.address(of: 0)))
    try #require(mprotect(address, memory.count, PROT_NONE) == 0)
    var guest = try guest(Code.load(size: 2, at: 0x10), memory)
    let outcome = Result { try guest.processor.run() }
    #expect(outcome.isRefusal(of: .memoryRead(.init(address: 0xD0010, size: 2))), "\(outcome)")
  }

  @Test("A coalesced zone over a read-only slot: reads cost nothing, writes are collected")
  func coalesced() throws {
    let rom = try page(with: 0x1234 as UInt16)
    var guest = try guest(
      Code.store(0xAAAA, size: 2, at: 0x10) + Code.load(size: 2, at: 0x10)
        + Code.output(size: 2, to: 0x80) + Code.store(0xBB, size: 1, at: 0x20), rom)
    try guest.machine.addCoalescedZone(CoalescedZone(.memory(0xD0000), count: 4096))
    #expect(
      try guest.trace() == [
        .coalesced(0xD0010, size: 2, 0xAAAA), .portWrite(0x80, size: 2, [0x1234]),
        .coalesced(0xD0020, size: 1, 0xBB), .end(.halt),
      ])
    #expect(rom.load(UInt16.self, at: 0x10) == 0x1234)
  }

  @Test("A doorbell over a read-only slot rings and changes nothing; over a writable one never")
  func doorbell() throws {
    let memory = try page(with: 0x1234 as UInt16)
    let writable = MemorySlot(address: 0xD0000, memory: memory)
    var guest = try guest(
      Code.store(0xAAAA, size: 2, at: 0x10) + Code.halt + Code.store(0xBBBB, size: 2, at: 0x10),
      memory)
    let bell = try EventDescriptor()
    try guest.machine.assign(Doorbell(.memory(0xD0010), .width(.word)), to: bell)
    #expect(try guest.trace() == [.end(.halt)])
    #expect(memory.load(UInt16.self, at: 0x10) == 0x1234)
    #expect(try bell.takeCount() == 1)
    try guest.machine.removeSlot(1)
    try guest.machine.setSlot(1, to: writable)
    #expect(try guest.trace() == [.end(.halt)])
    #expect(memory.load(UInt16.self, at: 0x10) == 0xBBBB)
    #expect(try bell.takeCount() == 0)
  }
}

extension Result where Success == Exit, Failure == any Error {
  /// Whether KVM cannot access memory of this process, in one of the two ways it tells.
  ///
  /// - Parameter exit: The exit of the pvm kind of KVM, which emulates the access and takes what it
  ///   cannot access for a device.
  func isRefusal(of exit: Exit) -> Bool {
    switch self {
    case .success(let seen): seen == exit
    // Where the processor executes the guest itself.
    case .failure(let error): error as? KVMError == KVMError(call: "KVM_RUN", errno: EFAULT)
    }
  }
}
