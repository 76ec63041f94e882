import CLinux
import Glibc
import TestSupport
import Testing

@testable import KVM

@Suite("Changes of memory slots", .needsKVM, .hangLimit)
struct MemorySlotTests {
  private func error(_ argument: String, _ errno: Int32) -> KVMError {
    KVMError(call: "KVM_SET_USER_MEMORY_REGION", argument: argument, errno: errno)
  }

  @Test("A slot that is removed is a device again, and cannot be removed twice")
  func remove() throws {
    let look = Code.load(size: 2, at: 0x10) + Code.halt
    var guest = try TinyGuest(Code.dataSegment + look + look)
    let memory = try page(with: 0x1234 as UInt16)
    let slot = MemorySlot(address: 0xD0000, memory: memory, access: .readOnly)
    try guest.machine.setSlot(1, to: slot)
    #expect(try guest.trace() == [.end(.halt)])
    #expect(try guest.ax == 0x1234)
    try guest.machine.removeSlot(1)
    #expect(try guest.trace(answering: 0x5678) == [.memoryRead(0xD0010, size: 2), .end(.halt)])
    #expect(try guest.ax == 0x5678)
    #expect(throws: error("slot 1, 0 bytes at 0x0", EINVAL)) { try guest.machine.removeSlot(1) }
  }

  @Test("Addresses and sizes that are not whole pages are refused")
  func alignment() throws {
    let guest = try TinyGuest(Code.halt)
    let memory = try GuestMemory(count: 8192)
    #expect(throws: error("slot 1, 4096 bytes at 0xd0010", EINVAL)) {
      try guest.machine.setSlot(1, to: .init(address: 0xD0010, memory: memory, range: 0..<4096))
    }
    #expect(throws: error("slot 1, 4097 bytes at 0xd0000", EINVAL)) {
      try guest.machine.setSlot(1, to: .init(address: 0xD0000, memory: memory, range: 0..<4097))
    }
    #expect(throws: error("slot 1, 4096 bytes at 0xd0000", EINVAL)) {
      try guest.machine.setSlot(1, to: .init(address: 0xD0000, memory: memory, range: 16..<4112))
    }
  }

  @Test("Overlaps, unknown flags and numbers past the limit are refused, each with its reason")
  func refusals() throws {
    let guest = try TinyGuest(Code.halt)
    let memory = try GuestMemory(count: 8192)
    // The guest's memory ends at 0x10000.
    #expect(throws: error("slot 1, 8192 bytes at 0xf000", EEXIST)) {
      try guest.machine.setSlot(1, to: .init(address: 0xF000, memory: memory))
    }
    let limit = try UInt32(System().check(.memorySlots))
    #expect(throws: error("slot \(limit), 8192 bytes at 0xd0000", EINVAL)) {
      try guest.machine.setSlot(limit, to: .init(address: 0xD0000, memory: memory))
    }
    // No value of MemorySlot has flags that KVM does not know.
    var region = kvm_userspace_memory_region()
    region.slot = 1
    region.flags = 1 << 15
    region.guest_phys_addr = 0xD0000
    region.memory_size = 8192
    region.userspace_addr = memory.address(of: 0)
    #expect(throws: error("flags", EINVAL)) {
      try guest.machine.core.descriptor.request(
        CLINUX_KVM_SET_USER_MEMORY_REGION, "KVM_SET_USER_MEMORY_REGION", structure: &region,
        argument: "flags")
    }
  }

  @Test("A slot moves with its memory; it neither grows nor shows other memory")
  func move() throws {
    // mov bx, [0x8010]
    let look = Code.load(size: 2, at: 0x10) + [0x8B, 0x1E, 0x10, 0x80] + Code.halt
    var guest = try TinyGuest(Code.dataSegment + look + look)
    let memory = try GuestMemory(count: 8192)
    memory.store(0x1234 as UInt16, at: 0x10)
    try guest.machine.setSlot(1, to: .init(address: 0xD0000, memory: memory, range: 0..<4096))
    #expect(try guest.trace() == [.memoryRead(0xD8010, size: 2), .end(.halt)])
    #expect(try guest.ax == 0x1234)
    try guest.machine.moveSlot(1, to: 0xD8000)
    #expect(try guest.trace() == [.memoryRead(0xD0010, size: 2), .end(.halt)])
    #expect(try guest.processor.registers().rbx & 0xFFFF == 0x1234)
    #expect(throws: error("slot 1, 8192 bytes at 0xd8000", EINVAL)) {
      try guest.machine.setSlot(1, to: .init(address: 0xD8000, memory: memory))
    }
    #expect(throws: error("slot 1, 4096 bytes at 0xd8000", EINVAL)) {
      try guest.machine.setSlot(
        1, to: .init(address: 0xD8000, memory: memory, range: 4096..<8192))
    }
  }

  @Test("A slot that cannot be moved stays where it is")
  func refusedMove() throws {
    let look = Code.load(size: 2, at: 0x10) + Code.halt
    var guest = try TinyGuest(Code.dataSegment + look)
    let memory = try page(with: 0x1234 as UInt16)
    try guest.machine.setSlot(1, to: MemorySlot(address: 0xD0000, memory: memory))
    #expect(throws: error("slot 1, 4096 bytes at 0x1000", EEXIST)) {
      try guest.machine.moveSlot(1, to: 0x1000)
    }
    #expect(throws: error("slot 1, 4096 bytes at 0xe0800", EINVAL)) {
      try guest.machine.moveSlot(1, to: 0xE0800)
    }
    #expect(throws: error("slot 2, 0 bytes at 0xe0000", EINVAL)) {
      try guest.machine.moveSlot(2, to: 0xE0000)
    }
    #expect(try guest.trace() == [.end(.halt)])
    #expect(try guest.ax == 0x1234)
  }

  @Test("The pages that were written are logged until they are taken, and only where it is asked")
  func dirtyPages() throws {
    // mov byte [0x0fff], 1; mov byte [0x3000], 2; mov al, [0x2000]; hlt; mov byte [0x46000], 3
    let code =
      Code.dataSegment + Code.store(1, size: 1, at: 0xFFF) + Code.store(2, size: 1, at: 0x3000)
      + Code.load(size: 1, at: 0x2000) + Code.halt + [0xB8, 0x00, 0xE0, 0x8E, 0xD8]
      + Code.store(3, size: 1, at: 0x6000) + Code.halt
    var guest = try TinyGuest(code)
    let memory = try GuestMemory(count: 72 * 4096)
    var slot = MemorySlot(
      address: 0xA0000, memory: memory, range: 4096..<72 * 4096, logsDirtyPages: true)
    try guest.machine.setSlot(1, to: slot)
    #expect(try guest.machine.takeDirtyPages(ofSlot: 1).isEmpty)
    #expect(try guest.trace() == [.end(.halt)])
    // 0xD0000 is page 48 of the slot.
    let pages = try guest.machine.takeDirtyPages(ofSlot: 1)
    #expect(Array(pages) == [48, 51])
    #expect(pages.count == 2)
    #expect([-1, 0, 47, 48, 50, 51, 70, 1000].filter(pages.contains) == [48, 51])
    #expect(Array(try guest.machine.takeDirtyPages(ofSlot: 1)) == [])
    #expect(try guest.trace() == [.end(.halt)])
    // 0xE6000, in the second word of the bitmap.
    #expect(Array(try guest.machine.takeDirtyPages(ofSlot: 1)) == [70])

    let refused = KVMError(call: "KVM_GET_DIRTY_LOG", argument: "slot 1", errno: ENOENT)
    slot.logsDirtyPages = false
    try guest.machine.setSlot(1, to: slot)
    #expect(throws: refused) { _ = try guest.machine.takeDirtyPages(ofSlot: 1) }
    try guest.machine.removeSlot(1)
    #expect(throws: refused) { _ = try guest.machine.takeDirtyPages(ofSlot: 1) }
  }

  @Test("Two hundred times: an access exits, finds the slot that was added, and exits again")
  func addAndRemove() throws {
    // again: mov ax, [0x10]; out 0x80, ax; jmp again
    var guest = try TinyGuest(
      Code.dataSegment + Code.load(size: 2, at: 0x10) + Code.output(size: 2, to: 0x80)
        + [0xEB, 0xF9])
    let memory = try page(with: 0 as UInt16)
    let slot = MemorySlot(address: 0xD0000, memory: memory)
    var seen: [Event] = []
    var expected: [Event] = []
    for round in 0..<200 as Range<UInt16> {
      seen += try guest.step(answering: 0xBEEF) + guest.step()
      memory.store(round, at: 0x10)
      try guest.machine.setSlot(1, to: slot)
      seen += try guest.step()
      try guest.machine.removeSlot(1)
      expected += [
        .memoryRead(0xD0010, size: 2), .portWrite(0x80, size: 2, [0xBEEF]),
        .portWrite(0x80, size: 2, [UInt32(round)]),
      ]
    }
    #expect(seen == expected)
  }

  @Test("A guest that spins sees every slot that another thread adds, moves and removes, at once")
  func changesUnderway() throws {
    // again: mov ax, [0x10]; cmp ax, bx; je again; mov bx, ax; out 0x80, ax; jmp again
    let guest = try TinyGuest(
      Code.dataSegment + Code.load(size: 2, at: 0x10)
        + [0x39, 0xD8, 0x74, 0xF9, 0x89, 0xC3, 0xE7, 0x80, 0xEB, 0xF3])
    let slot = MemorySlot(address: 0xD0000, memory: try page(with: 0x2222 as UInt16))
    let values = Mailbox<UInt32>()
    let kick = guest.processor.kick
    let machine = guest.machine
    let thread = try ProcessorThread(guest.processor) { processor in
      while true {
        switch try processor.run() {
        case .memoryRead: processor.setMemoryValue(0x1111)
        case .portWrite: values.send(processor.portValue())
        default: return
        }
      }
    }
    // Each change waits until the guest has told that it has seen the one before. It spins on then,
    // so that the change comes while it does.
    var seen = [values.receive()]
    for _ in 0..<100 {
      try machine.setSlot(1, to: slot)
      seen.append(values.receive())
      try machine.moveSlot(1, to: 0xE0000)
      seen.append(values.receive())
      try machine.moveSlot(1, to: 0xD0000)
      seen.append(values.receive())
      try machine.removeSlot(1)
      seen.append(values.receive())
      if seen.last == .some(nil) { break }
    }
    kick()
    try thread.join()
    #expect(seen == [0x1111] + (0..<200).flatMap { _ in [0x2222, 0x1111] })
  }

  /// Gives a machine a slot with the last number there is and expects that the next one is refused.
  private func reachLimit(_ machine: borrowing Machine, _ memory: GuestMemory) throws {
    let limit = try System().check(.memorySlots)
    let last = UInt32(limit - 1)
    try machine.setSlot(last, to: MemorySlot(address: 0xD0000, memory: memory))
    #expect(throws: error("slot \(limit), 4096 bytes at 0xe0000", EINVAL)) {
      try machine.setSlot(last + 1, to: MemorySlot(address: 0xE0000, memory: memory))
    }
  }

  @Test("Slot numbers go as far as KVM counts, and no further")
  func lastNumber() throws {
    var guest = try TinyGuest(Code.dataSegment + Code.load(size: 2, at: 0x10) + Code.halt)
    try reachLimit(guest.machine, page(with: 0x1234 as UInt16))
    #expect(try guest.trace() == [.end(.halt)])
    #expect(try guest.ax == 0x1234)
  }

  @Test("As many slots as KVM counts can be had at once", .slow)
  func allSlots() throws {
    var guest = try TinyGuest(Code.dataSegment + Code.load(size: 2, at: 0x10) + Code.halt)
    let memory = try page(with: 0x1234 as UInt16)
    for number in 1..<UInt32(try System().check(.memorySlots) - 1) {
      try guest.machine.setSlot(number, to: .distant(number, memory))
    }
    try reachLimit(guest.machine, memory)
    #expect(try guest.trace() == [.end(.halt)])
    #expect(try guest.ax == 0x1234)
  }

  @Test(
    "What a guest sees of devices and memory does not depend on how many slots there are",
    arguments: [0, 1000] as [UInt32])
  func manySlots(extraSlots: UInt32) throws {
    var guest = try TinyGuest(
      Code.dataSegment + Code.load(size: 2, at: 0x10) + Code.output(size: 2, to: 0x80)
        + Code.store(0x1234, size: 2, at: 0x1010) + Code.load(size: 2, at: 0x1010)
        + Code.output(size: 2, to: 0x80) + Code.halt)
    let memory = try page(with: 0x4321 as UInt16)
    let slot = MemorySlot(address: 0xD0000, memory: memory, access: .readOnly)
    try guest.machine.setSlot(1, to: slot)
    for number in 2..<2 + extraSlots {
      try guest.machine.setSlot(number, to: .distant(number, memory))
    }
    #expect(
      try guest.trace(answering: 0x5678) == [
        .portWrite(0x80, size: 2, [0x4321]), .memoryWrite(0xD1010, size: 2, 0x1234),
        .memoryRead(0xD1010, size: 2), .portWrite(0x80, size: 2, [0x5678]), .end(.halt),
      ])
  }

  // KVM remembers for a page without a slot in which generation of the slots it saw that. It keeps
  // 19 bits of the generation, which grows by 1 or 2 with each change: after 2^19 or 2^18 changes
  // what it remembers looks new.
  @Test(
    "After as many changes as KVM can tell apart, the first access finds the slot that was added",
    .slow, .hangLimit)
  func generationWrap() throws {
    let (near, far): (UInt16, UInt16) = (0x10, 0x8010)
    let looks = [far, near, near, far].map { Code.load(size: 2, at: $0) + Code.halt }
    var guest = try TinyGuest(Code.dataSegment + looks.joined())
    #expect(try guest.trace() == [.memoryRead(0xD8010, size: 2), .end(.halt)])
    #expect(try guest.trace() == [.memoryRead(0xD0010, size: 2), .end(.halt)])
    let memory = try page(with: 0x1234 as UInt16)
    var isThere = false
    for (number, address) in [(1, 0xD0000), (2, 0xD8000)] as [(UInt32, UInt64)] {
      for _ in 0..<1 << 18 - 1 {
        if isThere {
          try guest.machine.removeSlot(3)
        } else {
          try guest.machine.setSlot(3, to: .distant(3, memory))
        }
        isThere.toggle()
      }
      try guest.machine.setSlot(number, to: MemorySlot(address: address, memory: memory))
      #expect(try guest.trace() == [.end(.halt)])
      #expect(try guest.ax == 0x1234)
    }
  }

  @Test("A page set goes through its numbers in order and compares by them")
  func pageSet() {
    let set = PageSet(words: [0, 1 | 1 << 63, 0, 1 << 5])
    #expect(Array(set) == [64, 127, 197])
    #expect(set.count == 3)
    #expect(!set.isEmpty)
    #expect(set != PageSet(words: [0, 1, 0, 1 << 5]))
    #expect(Array(PageSet(words: [])) == [])
    #expect(PageSet(words: [0, 0]).isEmpty)
  }
}

extension MemorySlot {
  /// A page of its own above 4 GiB.
  static func distant(_ number: UInt32, _ memory: GuestMemory) -> MemorySlot {
    MemorySlot(address: 1 << 32 + UInt64(number) * 4096, memory: memory)
  }
}
